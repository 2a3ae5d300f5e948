//! JSON payloads, by serde_json.

mod escape;
mod serializer;

use std::ops::{Deref, DerefMut};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{DecodeError, EncodeError, EncodedText, FromBinary, FromText, IntoMessage};
use crate::message::Message;
use crate::reply::{Act, Outcome};

/// A value whose payload is JSON (feature `json`).
///
/// It decodes from text, and from binary if a handler asks for that; it is always sent as text.
///
/// ```
/// use sockpact::{FromText, Json};
///
/// #[derive(serde::Deserialize)]
/// struct Point { x: i32, y: i32 }
///
/// let Json(point) = Json::<Point>::from_text(r#"{"x":1,"y":2}"#).unwrap();
/// assert_eq!(point.x + point.y, 3);
/// // Its fields and methods are at hand without taking it apart, too.
/// let mut point = Json::from(point);
/// point.x = 3;
/// assert_eq!(point.x + point.y, 5);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Json<T>(pub T);

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: DeserializeOwned> FromText for Json<T> {
    fn from_text(text: &str) -> Result<Self, DecodeError> {
        serde_json::from_str(text).map(Self).map_err(DecodeError::new)
    }
}

impl<T: DeserializeOwned> FromBinary for Json<T> {
    fn from_binary(bytes: &[u8]) -> Result<Self, DecodeError> {
        serde_json::from_slice(bytes).map(Self).map_err(DecodeError::new)
    }
}

impl<T: Serialize> Json<T> {
    /// Its payload, where it is written from: a string of its own would be moved each time it grows, and copied then.
    fn encode(&self) -> Result<EncodedText, EncodeError> {
        EncodedText::new(|payload| serializer::append(payload, &self.0)).map_err(EncodeError::new)
    }
}

impl<T: Serialize> IntoMessage for Json<T> {
    fn into_message(self) -> Result<Message, EncodeError> {
        self.encode().map(Message::from)
    }

    fn __into_reply(self) -> Result<Outcome, EncodeError> {
        self.encode().map(|encoded| Outcome(Act::SendEncoded(encoded)))
    }
}

#[cfg(test)]
mod tests;
