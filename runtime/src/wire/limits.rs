//! What one connection allows, and on which side of it this endpoint is.

use std::time::Duration;

use crate::message::Kind;

/// The side of the connection this endpoint is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Frames from the peer must be masked, and ours are not (RFC 6455, section 5.1).
    Server,
    /// Frames from the peer must not be masked. Only decoding honours this role yet: a client's own frames
    /// need a mask key each, which the encoder does not take.
    #[cfg_attr(
        not(any(test, fuzzing)),
        expect(dead_code, reason = "the client is tokio-tungstenite's until there is our own")
    )]
    Client,
}

/// What one connection allows. The defaults are the configuration's matter.
#[derive(Clone, Debug)]
#[repr(C)]
pub(crate) struct Limits {
    /// Whether text messages are declared. At least one kind is.
    pub accepts_text: bool,
    /// Whether binary messages are declared.
    pub accepts_binary: bool,
    /// The most frames of one message; empty ones count too.
    pub max_fragments: u32,
    /// The largest text message, in bytes.
    pub max_text: usize,
    /// The largest binary message, in bytes.
    pub max_binary: usize,
    /// Pings and pongs a second that the peer may send in the long run.
    pub control_rate: u32,
    /// Pings and pongs that it may send at once.
    pub control_burst: u32,
    /// A message that has begun must be whole within this.
    pub message_deadline: Duration,
    /// A ping is sent after this long without an inbound byte.
    pub ping_interval: Option<Duration>,
    /// The connection is lost this long after that ping, if still no byte came.
    pub pong_deadline: Duration,
    /// The connection is failed after this long without a data message either way.
    pub idle_timeout: Option<Duration>,
}

impl Limits {
    /// Whether messages of this kind are declared.
    pub(super) const fn accepts(&self, kind: Kind) -> bool {
        match kind {
            Kind::Text => self.accepts_text,
            Kind::Binary => self.accepts_binary,
        }
    }

    /// The largest message of this kind, in bytes.
    pub(super) const fn max_size(&self, kind: Kind) -> usize {
        match kind {
            Kind::Text => self.max_text,
            Kind::Binary => self.max_binary,
        }
    }
}
