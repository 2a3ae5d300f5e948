//! What a deployment may want to change: limits, deadlines, and who may connect.

use std::time::Duration;

use crate::endpoint::Contract;
use crate::handshake::Origins;
use crate::wire::Limits;

/// What happens to a message for which the outbox has no room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Overflow {
    /// `send` waits for room; the default.
    #[default]
    Wait,
    /// The connection is closed with 1013: a peer that does not keep up loses its place, and nobody waits for it.
    ///
    /// It does not keep up when a message finds no room and the stream takes nothing more: what is sent may be as much as
    /// the outbox and the socket's buffers hold, and a burst over the outbox alone is no reason. `send` waits until the
    /// connection has tried that, and no longer.
    Close,
}

/// The limit of a message, in bytes, where neither the contract nor the configuration has one.
pub(crate) const DEFAULT_MAX_MESSAGE: usize = 1024 * 1024;

impl Default for Config {
    fn default() -> Self {
        Self {
            max_text: None,
            max_binary: None,
            max_fragments: 1024,
            control_rate: 20,
            control_burst: 100,
            message_deadline: Duration::from_secs(30),
            ping_interval: Some(Duration::from_secs(20)),
            pong_deadline: Duration::from_secs(20),
            idle_timeout: None,
            closing_handshake: Duration::from_secs(10),
            write_deadline: Duration::from_secs(10),
            linger: Duration::from_secs(5),
            linger_silence: Duration::from_secs(2),
            linger_bytes: 64 * 1024 * 1024,
            outbox_messages: 256,
            outbox_bytes: 256 * 1024,
            overflow: Overflow::Wait,
            origins: Origins::default(),
            handshake: Duration::from_secs(10),
            max_connections: None,
            shutdown: Duration::from_secs(20),
        }
    }
}

/// Declares the fields, and for each a method that sets it.
macro_rules! config {
    ($(#[$about:meta])* pub struct Config {
        $($(#[$doc:meta])* $name:ident: $type:ty $(, by $given:ty)?;)*
    }) => {
        $(#[$about])*
        pub struct Config {$(
            $(#[$doc])*
            pub $name: $type,
        )*}

        impl Config {$(
            $(#[$doc])*
            #[must_use]
            pub fn $name(mut self, value: config!(@given $type $(, $given)?)) -> Self {
                self.$name = value.into();
                self
            }
        )*}
    };
    (@given $type:ty) => { $type };
    (@given $type:ty, $given:ty) => { $given };
}

config! {
    /// The limits and deadlines of a connection; every default is safe to leave.
    ///
    /// ```
    /// use std::time::Duration;
    /// use sockpact::Config;
    ///
    /// let config = Config::default().max_text(64 * 1024).ping_interval(Duration::from_secs(10));
    /// assert_eq!(config.max_text, Some(64 * 1024));
    /// let config = config.max_text(None).ping_interval(None);
    /// ```
    ///
    /// Each value is a field to read, and a method of the same name that sets it; what may be `None` takes a value with or
    /// without `Some`.
    ///
    /// A value has no effect where somebody else does its part: `max_connections` and `shutdown` are for
    /// [`Server`](crate::Server) and [`serve`](crate::serve()) alone; `origins`, and `handshake` but for how long an answer
    /// may take, are for the ways in that see the request, and not for [`serve_stream`](crate::serve_stream) and
    /// [`Connection`](crate::Connection).
    #[derive(Clone, Debug)]
    #[non_exhaustive]
    pub struct Config {
        /// The size limit of a text message, in bytes: over it, 1009. Default: `None`, that of the
        /// contract, or else 1 MiB.
        max_text: Option<usize>, by impl Into<Option<usize>>;
        /// The size limit of a binary message, in bytes: over it, 1009. Default: `None`, that of the
        /// contract, or else 1 MiB.
        max_binary: Option<usize>, by impl Into<Option<usize>>;
        /// How many fragments one message may have, empty ones counted: one more is 1008. Default: 1,024.
        max_fragments: u32;
        /// How many pings and pongs the peer may send in a second, beyond the burst: more is 1008. Default: 20.
        control_rate: u32;
        /// How many pings and pongs the peer may send at once. Default: 100.
        control_burst: u32;
        /// How long a message may take from its first byte to its last: longer is 1008. Default: 30 s.
        message_deadline: Duration;
        /// How long the peer may be silent before it is pinged; `None` never pings. Default: 20 s.
        ///
        /// Proxies cut tunnels that are silent for 30 to 120 s, and browsers cannot ping.
        ping_interval: Option<Duration>, by impl Into<Option<Duration>>;
        /// How long after a ping any byte must have come, or the peer counts as lost. Default: 20 s.
        pong_deadline: Duration;
        /// How long a connection may carry no data message either way: longer is 1001. Default: `None`, for ever.
        ///
        /// While a handler works, or a message is on its way, it is not idle.
        idle_timeout: Option<Duration>, by impl Into<Option<Duration>>;
        /// How long a closing handshake may take, from its reason to the peer's Close. Default: 10 s.
        ///
        /// A handler that still runs when it begins has half of it, and `#[on(close)]` has all of it once more, behind it;
        /// then they are [dropped](crate#when-a-handler-is-dropped).
        closing_handshake: Duration;
        /// How long a write may make no progress before the peer counts as lost. Default: 10 s.
        write_deadline: Duration;
        /// How long the Close of a failed connection may take to be written, and how long the socket is kept after it,
        /// so that the peer reads it. Default: 5 s.
        linger: Duration;
        /// How long a lingering socket may be silent; and how long one is kept at most after a closing handshake, when
        /// the peer knows already. Default: 2 s.
        linger_silence: Duration;
        /// How many bytes a peer may still send after our Close, which are discarded, at tens of megabytes a second.
        /// Default: 64 MiB.
        linger_bytes: u64;
        /// How many messages wait in the outbox at most. Default: 256.
        outbox_messages: usize;
        /// How many bytes of payload wait in the outbox at most. Default: 256 KiB.
        ///
        /// A single message that is larger waits until the outbox is empty, and goes in alone. Replies are not bound by it.
        outbox_bytes: usize;
        /// What happens when the outbox is full. Default: the sender waits, behind those who waited before.
        overflow: Overflow;
        /// Which origins may connect. Default: the same host only, where an `Origin` header is present.
        origins: Origins;
        /// How long `serve` gives a peer for its opening handshake. Default: 10 s.
        handshake: Duration;
        /// How many connections `serve` holds at once; beyond it nobody is accepted until one ends.
        /// Default: `None`, as many as the system allows.
        max_connections: Option<usize>, by impl Into<Option<usize>>;
        /// How long `serve` waits for the connections to close when it ends. Default: 20 s.
        ///
        /// Those that are left get their Close if the stream takes it at once, and their `#[on(close)]`. It should be
        /// longer than `closing_handshake` and `linger_silence` together.
        shutdown: Duration;
    }
}

impl Config {
    /// The session's limits for an endpoint: the configuration's, then the contract's, then the defaults.
    pub(crate) fn limits(&self, contract: &Contract) -> Limits {
        const LEAST: Duration = Duration::from_millis(1);
        use crate::message::Kind::{Binary, Text};
        Limits {
            accepts_text: contract.accepts.contains(Text),
            accepts_binary: contract.accepts.contains(Binary),
            max_text: self.max_text.or(contract.max_text).unwrap_or(DEFAULT_MAX_MESSAGE),
            max_binary: self.max_binary.or(contract.max_binary).unwrap_or(DEFAULT_MAX_MESSAGE),
            max_fragments: self.max_fragments,
            control_rate: self.control_rate,
            control_burst: self.control_burst,
            message_deadline: self.message_deadline,
            // With none at all there would be no time in which a pong could come.
            ping_interval: self.ping_interval.map(|interval| interval.max(LEAST)),
            pong_deadline: self.pong_deadline.max(LEAST),
            idle_timeout: self.idle_timeout,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_can_be_read_and_unset() {
        let second = Duration::from_secs(1);
        let config =
            Config::default().max_connections(1).max_binary(Some(2)).idle_timeout(second).linger_bytes(3);
        assert_eq!((config.max_connections, config.max_binary), (Some(1), Some(2)));
        assert_eq!((config.idle_timeout, config.linger_bytes), (Some(second), 3));
        let config = config.max_connections(None).max_binary(None).idle_timeout(None);
        assert_eq!((config.max_connections, config.max_binary, config.idle_timeout), (None, None, None));
    }
}
