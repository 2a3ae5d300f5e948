//! Payloads and typed values: what decodes from a message, and what can be sent as one.

mod encoded;
mod error;
#[cfg(feature = "json")]
mod json;

use std::convert::Infallible;
use std::mem::take;

use bytes::Bytes;

pub(crate) use encoded::EncodedText;
pub use error::{DecodeError, EncodeError};
#[cfg(feature = "json")]
pub use json::Json;

use crate::copy;
use crate::message::{Kind, Message, Text};
use crate::reply::{Act, Outcome};

/// A type that decodes from the payload of a text message.
///
/// An `Err` fails the connection with 1007, unless the endpoint has an `#[on(invalid)]` handler.
///
/// ```
/// use sockpact::{DecodeError, FromText};
///
/// struct Celsius(f64);
///
/// impl FromText for Celsius {
///     fn from_text(text: &str) -> Result<Self, DecodeError> {
///         text.parse().map(Self).map_err(DecodeError::new)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be decoded from a text message",
    label = "`{Self}` does not implement `FromText`",
    note = "a text handler takes `String`, `Text`, `Json<T>`, or a type that implements `FromText`"
)]
pub trait FromText: Sized {
    /// Decodes the payload; it is valid UTF-8.
    ///
    /// # Errors
    ///
    /// If the payload is not a value of this type.
    fn from_text(text: &str) -> Result<Self, DecodeError>;

    /// Decodes a payload that may be taken over without a copy (by [`std::mem::take`]), as when the message came
    /// in parts.
    ///
    /// # Errors
    ///
    /// As [`from_text`](Self::from_text), which this calls by default.
    fn from_owned_text(text: &mut Text) -> Result<Self, DecodeError> {
        Self::from_text(text)
    }
}

/// A type that decodes from the payload of a binary message.
///
/// An `Err` fails the connection with 1007, unless the endpoint has an `#[on(invalid)]` handler.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be decoded from a binary message",
    label = "`{Self}` does not implement `FromBinary`",
    note = "a binary handler takes `Bytes`, `Vec<u8>`, `Json<T>`, or a type that implements `FromBinary`"
)]
pub trait FromBinary: Sized {
    /// Decodes the payload.
    ///
    /// # Errors
    ///
    /// If the payload is not a value of this type.
    fn from_binary(bytes: &[u8]) -> Result<Self, DecodeError>;

    /// Decodes a payload that may be taken over without a copy (by [`std::mem::take`]), as when the message came
    /// in parts.
    ///
    /// # Errors
    ///
    /// As [`from_binary`](Self::from_binary), which this calls by default.
    fn from_owned_binary(bytes: &mut Bytes) -> Result<Self, DecodeError> {
        Self::from_binary(bytes)
    }
}

/// A type that can be sent as one message.
///
/// An `Err` closes the connection with 1011: a value that cannot be encoded is a fault on this side.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent as a message",
    label = "`{Self}` does not implement `IntoMessage`",
    note = "what is sent is `String`, `&'static str`, `Text`, `Vec<u8>`, `Bytes`, `Json<T>`, `Message`, or a type that implements `IntoMessage`"
)]
pub trait IntoMessage {
    /// Encodes the value.
    ///
    /// # Errors
    ///
    /// If the value has no encoding, such as a JSON map whose keys are not strings.
    fn into_message(self) -> Result<Message, EncodeError>;

    /// As [`into_message`](Self::into_message), for what is sent at once.
    #[doc(hidden)]
    #[inline]
    fn __into_reply(self) -> Result<Outcome, EncodeError>
    where
        Self: Sized,
    {
        self.into_message().map(|message| Outcome(Act::Send(message)))
    }
}

impl FromText for Text {
    fn from_text(text: &str) -> Result<Self, DecodeError> {
        Ok(text.into())
    }

    fn from_owned_text(text: &mut Text) -> Result<Self, DecodeError> {
        Ok(take(text))
    }
}

impl FromText for String {
    fn from_text(text: &str) -> Result<Self, DecodeError> {
        Ok(copy::text(text))
    }

    fn from_owned_text(text: &mut Text) -> Result<Self, DecodeError> {
        Ok(take(text).into())
    }
}

impl FromBinary for Bytes {
    fn from_binary(bytes: &[u8]) -> Result<Self, DecodeError> {
        Ok(copy::bytes(bytes).into())
    }

    fn from_owned_binary(bytes: &mut Bytes) -> Result<Self, DecodeError> {
        Ok(take(bytes))
    }
}

impl FromBinary for Vec<u8> {
    fn from_binary(bytes: &[u8]) -> Result<Self, DecodeError> {
        Ok(copy::bytes(bytes))
    }

    fn from_owned_binary(bytes: &mut Bytes) -> Result<Self, DecodeError> {
        Ok(take(bytes).into())
    }
}

/// Takes a message of either kind as it arrived, in an `#[on(message)]` handler.
impl FromText for Message {
    #[inline]
    fn from_text(text: &str) -> Result<Self, DecodeError> {
        Ok(Self::Text(text.into()))
    }

    fn from_owned_text(text: &mut Text) -> Result<Self, DecodeError> {
        Ok(Self::Text(take(text)))
    }
}

impl FromBinary for Message {
    #[inline]
    fn from_binary(bytes: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self::Binary(copy::bytes(bytes).into()))
    }

    fn from_owned_binary(bytes: &mut Bytes) -> Result<Self, DecodeError> {
        Ok(Self::Binary(take(bytes)))
    }
}

/// Stands for a kind that the endpoint does not accept: no message of it is ever decoded.
impl FromText for Infallible {
    fn from_text(_: &str) -> Result<Self, DecodeError> {
        Err(DecodeError::not_accepted(Kind::Text))
    }
}

impl FromBinary for Infallible {
    fn from_binary(_: &[u8]) -> Result<Self, DecodeError> {
        Err(DecodeError::not_accepted(Kind::Binary))
    }
}

macro_rules! into_message_by_from {
    ($($type:ty),*) => {$(
        impl IntoMessage for $type {
            fn into_message(self) -> Result<Message, EncodeError> {
                Ok(self.into())
            }
        }
    )*};
}

into_message_by_from!(Message, Text, String, &'static str, Bytes, Vec<u8>);
