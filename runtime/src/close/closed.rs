//! How a connection ended.

use std::fmt;
use std::io::ErrorKind;

use super::write_reason;
use crate::wire::Violation;

/// How a connection ended, as `#[on(close)]` and [`serve_stream`](crate::serve_stream) report it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    pub(crate) code: u16,
    pub(crate) reason: String,
    pub(crate) clean: bool,
    pub(crate) cause: Cause,
}

impl Closed {
    /// The code of the Close that ended the connection: the peer's if it closed first, otherwise ours.
    ///
    /// 1005 stands for a Close without a code, and 1006 for an end without a Close, which includes one of ours
    /// that could not be written; neither is ever on the wire (RFC 6455, section 7.1.5).
    pub const fn code(&self) -> u16 {
        self.code
    }

    /// The reason that belongs to the code; empty if there is none.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Whether a Close frame went both ways (RFC 6455, section 7.1.4).
    ///
    /// It is `false` if this endpoint failed the connection: then nothing more is accepted from the peer,
    /// including its Close.
    pub const fn is_clean(&self) -> bool {
        self.clean
    }

    /// What made the connection end.
    pub const fn cause(&self) -> &Cause {
        &self.cause
    }
}

/// One line: the code, the cause, and the reason if one was given; characters that would break the line are
/// escaped.
impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.cause)?;
        match self.cause {
            Cause::Peer | Cause::Endpoint => write_reason(f, &self.reason),
            // It is the cause itself.
            Cause::Shutdown | Cause::Idle | Cause::Violation(_) | Cause::Lost(_) => Ok(()),
        }
    }
}

/// What made a connection end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The peer sent a Close.
    Peer,
    /// A handler, a [`Peer`](crate::Peer) or a [`Sender`](crate::Sender) closed the connection.
    Endpoint,
    /// The server is going down: a [`Shutdown`](crate::Shutdown) began, or the connection was abandoned at its end.
    Shutdown,
    /// No message came or went for [`Config::idle_timeout`](crate::Config::idle_timeout).
    Idle,
    /// The connection was failed for a violation; [`close_code`](crate::close_code) gives the code.
    Violation(Violation),
    /// The stream ended or broke without a Close, or the peer stopped answering.
    Lost(Lost),
}

/// How a connection was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lost {
    /// The stream ended without a Close.
    EndOfStream,
    /// Reading or writing failed, for instance with `ConnectionReset`. The error itself is logged at DEBUG.
    Io(ErrorKind),
    /// The peer sent nothing, not even a pong, within [`Config::pong_deadline`](crate::Config::pong_deadline).
    NoPong,
    /// A write made no progress for [`Config::write_deadline`](crate::Config::write_deadline).
    WriteDeadline,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndOfStream => f.write_str("the stream ended without a Close"),
            Self::Io(kind) => write!(f, "the stream broke: {kind}"),
            Self::NoPong => f.write_str("the peer did not answer a ping"),
            Self::WriteDeadline => f.write_str("the peer took nothing for too long"),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Peer => f.write_str("closed by the peer"),
            Self::Endpoint => f.write_str("closed by the endpoint"),
            Self::Shutdown => f.write_str("closed since the server goes down"),
            Self::Idle => f.write_str("closed since no message came or went for too long"),
            Self::Violation(violation) => write!(f, "failed: {violation}"),
            Self::Lost(lost) => write!(f, "lost: {lost}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_one_line() {
        let closed = |code, reason: &str, cause| {
            Closed { code, reason: reason.to_owned(), clean: true, cause }.to_string()
        };
        assert_eq!(closed(1000, "bye\n", Cause::Peer), r"1000: closed by the peer: bye\n");
        assert_eq!(closed(4401, "", Cause::Endpoint), "4401: closed by the endpoint");
        let violation = Violation::InvalidUtf8;
        let expected = "1007: failed: text message is not valid UTF-8";
        assert_eq!(closed(1007, &violation.to_string(), Cause::Violation(violation)), expected);
        let lost = Cause::Lost(Lost::Io(ErrorKind::ConnectionReset));
        assert_eq!(closed(1006, "", lost), "1006: lost: the stream broke: connection reset");
    }
}
