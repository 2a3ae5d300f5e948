//! What a connection is failed for, and the one table of its close codes.

use crate::close::CloseCode;
use crate::message::Kind;

/// What a connection was failed for.
///
/// [`close_code`] gives the code that the peer gets for it, and `to_string` the reason sent with the code: it says
/// what to change, is at most 123 bytes long, and never quotes what the peer sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Violation {
    /// A message of a kind that the endpoint does not declare. It is refused at its first frame's header.
    #[error("expected {expected}, got {got}")]
    UnexpectedKind {
        /// The kind that is declared.
        expected: Kind,
        /// The kind that came.
        got: Kind,
    },
    /// A text message that is not UTF-8. It is refused at the first byte that cannot continue a valid
    /// sequence.
    #[error("text message is not valid UTF-8")]
    InvalidUtf8,
    /// A message of the right kind whose payload does not decode as the declared type.
    #[error("{kind} message does not decode as the declared type")]
    Undecodable {
        /// The message's kind.
        kind: Kind,
    },
    /// A message over its kind's size limit. It is refused at the frame header that exceeds it.
    #[error("{kind} message over {limit} bytes")]
    TooBig {
        /// The message's kind.
        kind: Kind,
        /// The largest message of that kind, in bytes.
        limit: usize,
    },
    /// Bytes that are not the WebSocket protocol.
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
    /// A Close whose reason is not UTF-8.
    #[error("close reason is not valid UTF-8")]
    InvalidCloseReason,
    /// A message of more frames than allowed, including empty ones.
    #[error("message in too many fragments, send fewer and larger ones")]
    TooManyFragments,
    /// More pings and pongs than allowed.
    #[error("too many pings and pongs, send fewer")]
    ControlFlood,
    /// A message, or a frame, that was begun but not finished in time.
    #[error("message not finished in time")]
    MessageTimeout,
    /// A handler returned an error that has no close code of its own.
    #[error("message could not be handled")]
    HandlerError,
    /// A handler panicked.
    #[error("internal error")]
    HandlerPanic,
    /// The peer accepts its messages too slowly, and the outbox is configured to close when it is full.
    #[error("messages are not read fast enough, try again later")]
    OutboxOverflow,
}

/// Which rule of RFC 6455 the peer's bytes break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolError {
    /// A client's frame without a mask (section 5.1).
    #[error("frames from a client must be masked")]
    MaskMissing,
    /// A server's frame with a mask (section 5.1).
    #[error("frames from a server must not be masked")]
    MaskPresent,
    /// RSV1, RSV2 or RSV3 is set, and no extension that gives it a meaning was negotiated (section 5.2).
    #[error("reserved bits must be 0, no extension was negotiated")]
    ReservedBits,
    /// An opcode that is reserved (section 5.2).
    #[error("opcode is reserved")]
    ReservedOpcode,
    /// A Close, ping or pong in fragments (section 5.5).
    #[error("control frames must not be fragmented")]
    FragmentedControl,
    /// A Close, ping or pong with a payload of more than 125 bytes (section 5.5).
    #[error("control frames must be at most 125 bytes")]
    ControlTooLong,
    /// A continuation frame without a message to continue (section 5.4).
    #[error("continuation frame without a message to continue")]
    UnexpectedContinuation,
    /// A new message before the fragmented one was finished (section 5.4).
    #[error("finish the fragmented message before the next one")]
    ExpectedContinuation,
    /// A payload length in more bytes than it needs (section 5.2).
    #[error("payload length must be in as few bytes as possible")]
    LengthNotMinimal,
    /// A 64-bit payload length whose most significant bit is set (section 5.2).
    #[error("most significant bit of the payload length must be 0")]
    LengthTopBit,
    /// A Close payload of one byte, where a code needs two (section 5.5.1).
    #[error("close payload must be empty or start with a 2-byte code")]
    ClosePayloadOneByte,
    /// A close code that may not be on the wire (section 7.4).
    #[error("close code must not be sent")]
    CloseCodeNotAllowed,
}

/// The close code of a violation on the wire. Nothing else chooses one.
///
/// ```
/// use sockpact::{CloseCode, Violation, close_code};
///
/// assert_eq!(close_code(&Violation::InvalidUtf8), CloseCode::INVALID_PAYLOAD);
/// ```
pub const fn close_code(violation: &Violation) -> CloseCode {
    match violation {
        Violation::Protocol(_) => CloseCode::PROTOCOL_ERROR,
        Violation::UnexpectedKind { .. } => CloseCode::UNSUPPORTED_DATA,
        Violation::InvalidUtf8 | Violation::Undecodable { .. } | Violation::InvalidCloseReason => {
            CloseCode::INVALID_PAYLOAD
        }
        Violation::TooManyFragments | Violation::ControlFlood | Violation::MessageTimeout => {
            CloseCode::POLICY_VIOLATION
        }
        Violation::TooBig { .. } => CloseCode::MESSAGE_TOO_BIG,
        Violation::HandlerError | Violation::HandlerPanic => CloseCode::INTERNAL_ERROR,
        Violation::OutboxOverflow => CloseCode::TRY_AGAIN_LATER,
    }
}
