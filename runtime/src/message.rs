//! What an application sees: messages, whole and typed as text or binary.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::mem::take;
use std::ops::Deref;
use std::str::Utf8Error;

use bytes::Bytes;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::copy;

/// The kind of a data message (RFC 6455, section 5.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A text message: its payload is UTF-8.
    Text,
    /// A binary message: its payload is any bytes.
    Binary,
}

impl Kind {
    /// The kind's name in lower case: `text` or `binary`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Binary => "binary",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The payload of a text message: valid UTF-8 that is cheap to clone.
///
/// It dereferences to `str`. Cloning counts a reference and copies nothing, so one `Text` can be sent to any
/// number of peers.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text(Utf8Bytes);

impl Text {
    /// An empty text.
    pub const fn new() -> Self {
        Self(Utf8Bytes::from_static(""))
    }

    /// A text that is part of the program itself; nothing is allocated.
    pub const fn from_static(text: &'static str) -> Self {
        Self(Utf8Bytes::from_static(text))
    }

    /// The payload as a string slice.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

/// As that of `str`, so that a map with `Text` for keys is asked by a `&str`.
impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialEq<String> for Text {
    fn eq(&self, other: &String) -> bool {
        self.as_str() == other
    }
}

/// Copies the slice.
impl From<&str> for Text {
    #[inline]
    fn from(text: &str) -> Self {
        // Short, as most are, it is copied to where it stays without being a `String` first.
        Self(if copy::is_short(text.as_bytes()) { text.into() } else { copy::text(text).into() })
    }
}

/// Takes the string over; its bytes are not copied.
impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

/// Takes the bytes over without a copy, if they are UTF-8.
impl TryFrom<Bytes> for Text {
    type Error = Utf8Error;

    fn try_from(bytes: Bytes) -> Result<Self, Utf8Error> {
        Utf8Bytes::try_from(bytes).map(Self)
    }
}

impl From<Text> for Bytes {
    fn from(text: Text) -> Self {
        text.0.into()
    }
}

/// Takes the bytes over if this was their only owner, and copies them otherwise.
impl From<Text> for String {
    fn from(text: Text) -> Self {
        let bytes: &Bytes = text.0.as_ref();
        if bytes.is_unique() {
            // Valid by `Text`'s invariant, so that the lossy path is never taken.
            Self::from_utf8(Bytes::from(text.0).into())
                .unwrap_or_else(|invalid| Self::from_utf8_lossy(invalid.as_bytes()).into_owned())
        } else {
            copy::text(&text)
        }
    }
}

/// A message of either kind, with its payload as it is on the wire.
///
/// It is what an endpoint sends if it declares no `sends` type. It is cheap to clone, so one message, encoded
/// once, can be sent to many peers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A text message.
    Text(Text),
    /// A binary message.
    Binary(Bytes),
}

impl Message {
    /// The message's kind.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Binary(_) => Kind::Binary,
        }
    }

    /// The message's payload by itself; nothing is copied, and an empty one is left in its place.
    pub(crate) fn take_payload(&mut self) -> Bytes {
        match self {
            Self::Text(text) => take(text).into(),
            Self::Binary(bytes) => take(bytes),
        }
    }

    /// The message's payload, without its kind.
    pub fn payload(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }
}

impl From<Text> for Message {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<Bytes> for Message {
    fn from(bytes: Bytes) -> Self {
        Self::Binary(bytes)
    }
}

impl From<Vec<u8>> for Message {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Binary(bytes.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_of_texts_is_asked_by_a_str() {
        let names = std::collections::HashMap::from([(Text::from("ann"), 1)]);
        assert_eq!(names.get("ann"), Some(&1));
        assert_eq!(Text::from("ann"), "ann".to_owned());
    }

    #[test]
    fn a_text_is_made_of_bytes_that_are_utf8_without_a_copy() {
        let bytes = Bytes::from("f\u{e4}hre".to_owned());
        let text = Text::try_from(bytes.clone()).unwrap();
        assert_eq!((text.as_ptr(), &*text), (bytes.as_ptr(), "f\u{e4}hre"));
        assert_eq!(Text::try_from(Bytes::from_static(b"ok\xff")).unwrap_err().valid_up_to(), 2);
    }
}
