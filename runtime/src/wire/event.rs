//! What the session tells the driver.

use super::violation::Violation;
pub(crate) use crate::close::Lost;
use crate::message::Text;

/// The outcome of one `handle_input`.
#[derive(Debug)]
pub(crate) struct Step<'a> {
    /// How many bytes of the input are done with: all of them when there is no event.
    pub consumed: usize,
    /// What those bytes amounted to.
    pub event: Option<Event<'a>>,
}

/// Something the driver has to act on.
#[derive(Debug)]
pub(crate) enum Event<'a> {
    /// A whole text message.
    Text(TextPayload<'a>),
    /// A whole binary message.
    Binary(BinaryPayload<'a>),
    /// The peer's Close, valid. In state [`State::Closing`] it completes the closing handshake; otherwise
    /// `reply_close` or `close` is due.
    Close(ReceivedClose),
    /// The connection is to be failed. All later input is ignored, but no Close is queued: the driver calls
    /// `fail` once the messages that came before are answered.
    Violation(Violation),
    /// No message came or went for too long. The peer did nothing wrong, and is heard on.
    Idle,
    /// The connection is gone, and no Close can be exchanged. After the end of the stream, what came before it can
    /// still be answered.
    Lost(Lost),
}

/// The payload of a text message, validated and unmasked.
#[derive(Debug)]
pub(crate) enum TextPayload<'a> {
    /// A slice of the input: the message was one frame, and whole in there.
    Lent(&'a str),
    /// Put together from parts.
    Owned(Text),
}

/// The payload of a binary message, unmasked.
#[derive(Debug)]
pub(crate) enum BinaryPayload<'a> {
    /// A slice of the input: the message was one frame, and whole in there.
    Lent(&'a [u8]),
    /// Put together from parts.
    Owned(Vec<u8>),
}

/// What the peer's Close carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReceivedClose {
    /// The code; 1005 stands for a Close without one (RFC 6455, section 7.1.5).
    pub code: u16,
    /// The reason; empty if there is none.
    pub reason: String,
}

/// Where the connection is on its way to its end (RFC 6455, section 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// No Close yet, neither way.
    Open,
    /// Our Close is queued or sent, and the peer's is waited for.
    Closing,
    /// The peer's Close is in, and ours not queued yet.
    PeerClosing,
    /// A Close went both ways.
    Closed,
    /// Failed by us, or lost.
    Failed,
}
