//! Why a payload did not decode, or a value did not encode.

use std::error::Error;
use std::fmt;

use crate::message::Kind;

/// Why a payload is not a value of the declared type.
///
/// It is for this side only: the peer gets 1007 and a neutral reason.
#[derive(Debug)]
pub struct DecodeError(Box<dyn Error + Send + Sync>);

impl DecodeError {
    /// A decode error made from any error, or from a text that says what is wrong.
    pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(error.into())
    }

    /// The error that it was made from; for [`Json`](crate::Json) it is a `serde_json::Error`.
    ///
    /// ```
    /// use sockpact::{FromText, Json};
    ///
    /// let error = Json::<u8>::from_text("\n?").unwrap_err();
    /// let error = error.get_ref().downcast_ref::<serde_json::Error>().unwrap();
    /// assert_eq!((error.line(), error.column()), (2, 1));
    /// ```
    pub fn get_ref(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.0
    }

    pub(super) fn not_accepted(kind: Kind) -> Self {
        Self(format!("{kind} messages are not accepted").into())
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for DecodeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

/// Why a value could not be encoded as a message.
///
/// The error of a reply is logged: its text should not quote the value.
#[derive(Debug)]
pub struct EncodeError(Box<dyn Error + Send + Sync>);

impl EncodeError {
    /// An encode error made from any error, or from a text that says what is wrong.
    pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(error.into())
    }

    /// The error that it was made from; for [`Json`](crate::Json) it is a `serde_json::Error`.
    pub fn get_ref(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.0
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for EncodeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}
