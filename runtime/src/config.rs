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
    /// The connection is closed with 1013: a peer that falls behind loses its place, and nobody waits for it.
    ///
    /// A peer falls behind when a message finds no room *and* the stream accepts no more bytes. A burst larger
    /// than the outbox is not enough, so as much may be sent as the outbox and the socket's buffers hold. `send`
    /// waits until the connection has tried to write, and no longer.
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
    /// The limits and deadlines of a connection; every default is safe to keep.
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
    /// Each value is a field to read, and a method of the same name that sets it; a value that may be `None` is
    /// set with or without `Some`.
    ///
    /// Some values apply only to some ways in:
    ///
    /// * `max_connections` and `shutdown` apply only to [`Server`](crate::Server) and [`serve`](crate::serve()),
    ///   and so does `handshake`, except that `service` and `Upgrade` use it for how long the answer may take to
    ///   be written. A route's own `Config` changes none of the three but this last part of `handshake`.
    /// * `origins` applies to the ways in that see the request, and not to [`serve_stream`](crate::serve_stream)
    ///   and [`Connection`](crate::Connection).
    #[derive(Clone, Debug)]
    #[non_exhaustive]
    pub struct Config {
        /// The size limit of a text message, in bytes; beyond it, 1009. Default: `None`, which means the
        /// contract's limit, or else 1 MiB.
        max_text: Option<usize>, by impl Into<Option<usize>>;
        /// The size limit of a binary message, in bytes; beyond it, 1009. Default: `None`, which means the
        /// contract's limit, or else 1 MiB.
        max_binary: Option<usize>, by impl Into<Option<usize>>;
        /// How many fragments one message may have, including empty ones; one more is 1008. 0 is as 1: no message
        /// in fragments. Default: 1,024.
        max_fragments: u32;
        /// How many pings and pongs the peer may send per second, beyond the burst; more is 1008. With 0 the burst
        /// is never refilled. Default: 20.
        control_rate: u32;
        /// How many pings and pongs the peer may send at once. With 0 practically any of them is 1008, whatever
        /// the rate, even the pong that answers a ping of ours. Default: 100.
        control_burst: u32;
        /// How long a message may take from its first byte to its last; longer is 1008. Default: 30 s.
        message_deadline: Duration;
        /// How long the peer may be silent before it is pinged; `None` never pings. Default: 20 s.
        ///
        /// Proxies cut tunnels that are silent for 30 to 120 s, and browsers cannot ping.
        ping_interval: Option<Duration>, by impl Into<Option<Duration>>;
        /// How long after a ping some byte must have arrived, or the peer counts as lost. Default: 20 s.
        pong_deadline: Duration;
        /// Closes with 1001 after this long without a data message in either direction. Default: `None`, never.
        ///
        /// A connection is not idle while a handler works or a message is in transit.
        idle_timeout: Option<Duration>, by impl Into<Option<Duration>>;
        /// How long a closing handshake may take, from its cause to the peer's Close. Default: 10 s.
        ///
        /// A handler that still runs when it begins has half of it, and `#[on(close)]` afterwards has all of it
        /// once more; then they are [dropped](crate#when-a-handler-is-dropped).
        closing_handshake: Duration;
        /// How long a write may make no progress before the peer counts as lost. Default: 10 s.
        ///
        /// On a plain socket over HTTP/1.1, any byte that the system accepts in the second half of that time is progress. Elsewhere (TLS, HTTP/2,
        /// [`serve_stream`](crate::serve_stream)) it is what the stream reports, and on Linux a socket with a full
        /// send buffer, of up to 4 MiB, reports nothing until a third of that is free: a peer that has so much unread
        /// needs to read 130 KiB/s. For slower ones raise this, or lower the socket's `TCP_NOTSENT_LOWAT`.
        write_deadline: Duration;
        /// How long the socket of a failed connection or of a refused handshake is kept after the Close or the
        /// answer, so the peer can read it. Default: 5 s.
        ///
        /// It also limits how long the Close of a failed connection may take to be written, and, where the peer
        /// closes or stops sending, the replies that are still pending then; and how long shutting down the write
        /// side may take.
        linger: Duration;
        /// How long a lingering socket may be silent; and how long at most one is kept after a closing handshake,
        /// when the peer already knows. Default: 2 s.
        linger_silence: Duration;
        /// How many bytes a peer may still send after our Close. They are discarded, at tens of megabytes a
        /// second. Default: 64 MiB.
        linger_bytes: u64;
        /// How many messages may wait in the outbox; 0 is as 1. Default: 256.
        outbox_messages: usize;
        /// How many bytes of payload may wait in the outbox. Default: 256 KiB.
        ///
        /// A single larger message waits until the outbox is empty, and goes in alone; with 0 every message does.
        /// Replies are not bound by it.
        outbox_bytes: usize;
        /// What happens when the outbox is full. Default: the sender waits, after those who waited before.
        overflow: Overflow;
        /// Which origins may connect. Default: the same host only, if there is an `Origin` header.
        origins: Origins;
        /// How long `serve` gives a peer for its opening handshake. Default: 10 s.
        handshake: Duration;
        /// How many connections `serve` holds at once; at the limit nobody is accepted until one ends. With 0
        /// nobody ever is. Default: `None`, as many as the system allows.
        max_connections: Option<usize>, by impl Into<Option<usize>>;
        /// How long `serve` waits for the connections to close when it shuts down. Default: 20 s.
        ///
        /// The remaining ones get their Close if the stream accepts it at once, and their `#[on(close)]`. It
        /// should be longer than `closing_handshake` and `linger_silence` together.
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
