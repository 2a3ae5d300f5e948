//! Close codes, close frames, and how a connection ended.

mod closed;
mod leaving;

use std::borrow::Cow;
use std::fmt;

pub use closed::{Cause, Closed, Lost};
pub(crate) use leaving::Leaving;

/// The longest reason of a close frame, in bytes: a control frame carries 125, two of them the code
/// (RFC 6455, section 5.5).
pub const MAX_REASON: usize = 123;

/// A close code that may be sent: 1000-1003 and 1007-1011 (RFC 6455, section 7.4.1), 1012-1014 (added in IANA's
/// registry of close codes), or 3000-4999 (section 7.4.2).
///
/// The codes reserved for reporting (1004-1006, 1015) cannot be constructed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CloseCode(u16);

impl CloseCode {
    /// 1000: the purpose of the connection is fulfilled.
    pub const NORMAL_CLOSURE: Self = Self(1000);
    /// 1001: the server is going down, or the browser has left the page.
    pub const GOING_AWAY: Self = Self(1001);
    /// 1002: the peer broke the protocol.
    pub const PROTOCOL_ERROR: Self = Self(1002);
    /// 1003: the endpoint does not accept this kind of data.
    pub const UNSUPPORTED_DATA: Self = Self(1003);
    /// 1007: a payload is not consistent with its type.
    pub const INVALID_PAYLOAD: Self = Self(1007);
    /// 1008: a message violates the endpoint's policy.
    pub const POLICY_VIOLATION: Self = Self(1008);
    /// 1009: a message is too big to process.
    pub const MESSAGE_TOO_BIG: Self = Self(1009);
    /// 1010: the server did not agree to an extension that the client needs; only a client sends it.
    pub const MANDATORY_EXTENSION: Self = Self(1010);
    /// 1011: the endpoint met an unexpected condition.
    pub const INTERNAL_ERROR: Self = Self(1011);
    /// 1012: the service is restarting.
    pub const SERVICE_RESTART: Self = Self(1012);
    /// 1013: the service is overloaded; try again later.
    pub const TRY_AGAIN_LATER: Self = Self(1013);
    /// 1014: a gateway got an invalid response.
    pub const BAD_GATEWAY: Self = Self(1014);

    /// The close code with this number, if it may be on the wire.
    ///
    /// ```
    /// use sockpact::CloseCode;
    /// assert_eq!(CloseCode::new(1003), Some(CloseCode::UNSUPPORTED_DATA));
    /// assert_eq!(CloseCode::new(1006), None);
    /// ```
    pub const fn new(code: u16) -> Option<Self> {
        match code {
            1000..=1003 | 1007..=1014 | 3000..=4999 => Some(Self(code)),
            _ => None,
        }
    }

    /// The code's number.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Debug for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CloseCode({})", self.0)
    }
}

impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl TryFrom<u16> for CloseCode {
    type Error = InvalidCloseCode;

    fn try_from(code: u16) -> Result<Self, InvalidCloseCode> {
        Self::new(code).ok_or(InvalidCloseCode(code))
    }
}

/// A number that may not be sent as a close code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} may not be sent as a close code: take one of 1000-1003, 1007-1014 or 3000-4999")]
pub struct InvalidCloseCode(u16);

impl From<CloseCode> for u16 {
    fn from(code: CloseCode) -> Self {
        code.0
    }
}

/// What a Close frame carries: a code and a reason of at most 123 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloseFrame {
    code: CloseCode,
    reason: Cow<'static, str>,
}

impl CloseFrame {
    /// A close frame with a reason, which is cut at the last character boundary within 123 bytes.
    pub fn new(code: CloseCode, reason: impl Into<Cow<'static, str>>) -> Self {
        let mut reason = reason.into();
        if reason.len() > MAX_REASON {
            // An empty prefix is a boundary, so one is always found.
            let end = (0..=MAX_REASON).rev().find(|&end| reason.is_char_boundary(end)).unwrap_or(0);
            reason = match reason {
                Cow::Borrowed(reason) => Cow::Borrowed(&reason[..end]),
                Cow::Owned(mut reason) => {
                    reason.truncate(end);
                    Cow::Owned(reason)
                }
            };
        }
        Self { code, reason }
    }

    /// The close code.
    pub const fn code(&self) -> CloseCode {
        self.code
    }

    /// The reason: UTF-8, at most 123 bytes, empty if there is none.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// The code, followed by the reason if there is one; characters that would break a line of a log are escaped.
impl fmt::Display for CloseFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.code.fmt(f)?;
        write_reason(f, &self.reason)
    }
}

/// Writes what follows a code.
fn write_reason(f: &mut fmt::Formatter<'_>, reason: &str) -> fmt::Result {
    if reason.is_empty() { Ok(()) } else { write!(f, ": {}", reason.escape_debug()) }
}

impl From<CloseCode> for CloseFrame {
    fn from(code: CloseCode) -> Self {
        Self { code, reason: Cow::Borrowed("") }
    }
}

/// An error that knows the close frame with which its connection ends.
///
/// A handler that returns `Err(e)` closes the connection with `e.close_frame()`. Derive it
/// (`#[derive(CloseReason)]`), or return a [`CloseFrame`] itself as the error. An error type without it closes
/// with 1011 and a neutral reason, since its text may hold something that the peer must not see. So does an error
/// type that is, or depends on, an unbounded parameter of a generic block: write `where S::Error: CloseReason`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how to close the connection",
    label = "`{Self}` does not implement `CloseReason`",
    note = "put `#[derive(CloseReason)]` on the type, and `#[close(4000, \"...\")]` on each variant"
)]
pub trait CloseReason {
    /// The close frame to send for this error.
    fn close_frame(&self) -> CloseFrame;
}

impl CloseReason for CloseFrame {
    fn close_frame(&self) -> CloseFrame {
        self.clone()
    }
}

/// As the error in it: box a large error before returning it.
impl<E: CloseReason + ?Sized> CloseReason for Box<E> {
    fn close_frame(&self) -> CloseFrame {
        (**self).close_frame()
    }
}

/// As the error in it.
impl<E: CloseReason + ?Sized> CloseReason for std::sync::Arc<E> {
    fn close_frame(&self) -> CloseFrame {
        (**self).close_frame()
    }
}

impl CloseReason for std::convert::Infallible {
    fn close_frame(&self) -> CloseFrame {
        match *self {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_close_code_is_made_of_a_number_that_may_be_sent() {
        assert_eq!(CloseCode::try_from(1003), Ok(CloseCode::UNSUPPORTED_DATA));
        let error = CloseCode::try_from(1006).unwrap_err();
        assert!(error.to_string().starts_with("1006 may not be sent as a close code: "), "{error}");
    }

    #[test]
    fn a_frame_is_one_line() {
        let frame = CloseFrame::new(CloseCode::NORMAL_CLOSURE, "bye\nERROR forged");
        assert_eq!(frame.to_string(), r"1000: bye\nERROR forged");
        assert_eq!(CloseFrame::from(CloseCode::GOING_AWAY).to_string(), "1001");
    }
}
