//! The payload of a message: put together from parts, or lent from the input.

use bytes::BytesMut;

use super::decoder::Item;
use super::event::{BinaryPayload, TextPayload};
use super::utf8::Utf8;
use super::violation::Violation;
use crate::message::{Kind, Text};

/// A message that is not whole yet.
#[derive(Debug)]
pub(super) struct Assembly {
    /// How many frames of it have begun.
    pub(super) fragments: u32,
    /// What the headers of those frames announced, in bytes. It is within the limit, and nothing is reserved
    /// for it.
    pub(super) announced: u64,
    /// The payload so far.
    payload: Payload,
}

/// A payload that grows with what arrives: a header alone costs no memory.
#[derive(Debug)]
enum Payload {
    /// A text message's.
    Text(Utf8),
    /// A binary message's.
    Binary(BytesMut),
}

impl Assembly {
    /// A message whose first frame announces `length` bytes.
    pub(super) fn new(kind: Kind, length: u64) -> Self {
        let payload = match kind {
            Kind::Text => Payload::Text(Utf8::default()),
            Kind::Binary => Payload::Binary(BytesMut::new()),
        };
        Self { fragments: 1, announced: length, payload }
    }

    /// The message's kind, from its first frame.
    pub(super) const fn kind(&self) -> Kind {
        match self.payload {
            Payload::Text(_) => Kind::Text,
            Payload::Binary(_) => Kind::Binary,
        }
    }

    /// Adds the next part of the payload, unmasked.
    pub(super) fn push(&mut self, part: &[u8]) -> Result<(), Violation> {
        match &mut self.payload {
            // 8.1: the endpoint "MUST _Fail the WebSocket Connection_". It does so at the byte, not at the
            // message's end.
            Payload::Text(utf8) => utf8.push(part).map_err(|_| Violation::InvalidUtf8),
            Payload::Binary(bytes) => {
                bytes.extend_from_slice(part);
                Ok(())
            }
        }
    }

    /// The message, now that it is whole.
    pub(super) fn finish<'a>(self) -> Result<Item<'a>, Violation> {
        match self.payload {
            Payload::Binary(bytes) => Ok(Item::Binary(BinaryPayload::Owned(bytes))),
            Payload::Text(utf8) => {
                let text = utf8.finish().map_err(|_| Violation::InvalidUtf8)?;
                Ok(Item::Text(TextPayload::Owned(Text::from(text))))
            }
        }
    }

    /// How much heap memory it owns.
    #[cfg(any(test, fuzzing))]
    pub(super) fn capacity(&self) -> usize {
        match &self.payload {
            Payload::Text(utf8) => utf8.capacity(),
            Payload::Binary(bytes) => bytes.capacity(),
        }
    }
}

/// A message that is one frame, whole in the input: nothing is copied, and a text is read once for its
/// `&str`.
pub(super) fn lend(kind: Kind, payload: &[u8]) -> Result<Item<'_>, Violation> {
    Ok(match kind {
        Kind::Binary => Item::Binary(BinaryPayload::Lent(payload)),
        Kind::Text => {
            let text = simdutf8::basic::from_utf8(payload).map_err(|_| Violation::InvalidUtf8)?;
            Item::Text(TextPayload::Lent(text))
        }
    })
}
