//! The payload of a message: put together from parts, or lent from the input.

use bytes::BufMut;

use super::event::{BinaryPayload, Event, TextPayload};
use super::utf8::Utf8;
use super::violation::Violation;
use super::{growth, mask};
use crate::copy;
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
    Binary(Vec<u8>),
}

impl Assembly {
    /// A message whose first frame announces `length` bytes.
    pub(super) fn new(kind: Kind, length: u64) -> Self {
        let payload = match kind {
            Kind::Text => Payload::Text(Utf8::default()),
            Kind::Binary => Payload::Binary(Vec::new()),
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

    /// Adds the next part of the payload, unmasked. As much again may be reserved for the `remaining` bytes of its
    /// frame.
    pub(super) fn push(&mut self, part: &[u8], remaining: u64) -> Result<(), Violation> {
        let more = growth::for_part(part.len(), remaining);
        match &mut self.payload {
            // 8.1: the endpoint "MUST _Fail the WebSocket Connection_". It does so at the byte, not at the
            // message's end.
            Payload::Text(utf8) => {
                utf8.reserve(more);
                utf8.push(part).map_err(|_| Violation::InvalidUtf8)
            }
            Payload::Binary(bytes) => {
                bytes.reserve(more);
                copy::append(bytes, part);
                Ok(())
            }
        }
    }

    /// How much of the payload has arrived.
    pub(super) const fn len(&self) -> usize {
        match &self.payload {
            Payload::Text(utf8) => utf8.len(),
            Payload::Binary(bytes) => bytes.len(),
        }
    }

    /// Where the next `remaining` bytes of the payload are to be read to, or some of them.
    pub(super) fn space(&mut self, remaining: usize) -> impl BufMut + '_ {
        match &mut self.payload {
            Payload::Text(utf8) => utf8.space(remaining),
            Payload::Binary(bytes) => growth::space(bytes, remaining),
        }
    }

    /// Takes what was read to [`space`](Self::space): its last `len` bytes, masked with `key`.
    pub(super) fn take_read(&mut self, len: usize, key: Option<[u8; 4]>) -> Result<(), Violation> {
        match &mut self.payload {
            Payload::Text(utf8) => utf8.take_read(len, key).map_err(|_| Violation::InvalidUtf8),
            Payload::Binary(bytes) => {
                mask::unmask_end(bytes, len, key);
                Ok(())
            }
        }
    }

    /// The message, now that it is whole.
    pub(super) fn finish<'a>(self) -> Result<Event<'a>, Violation> {
        match self.payload {
            Payload::Binary(bytes) => Ok(Event::Binary(BinaryPayload::Owned(bytes))),
            Payload::Text(utf8) => {
                let text = utf8.finish().map_err(|_| Violation::InvalidUtf8)?;
                Ok(Event::Text(TextPayload::Owned(Text::from(text))))
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
#[inline]
pub(super) fn lend(kind: Kind, payload: &[u8]) -> Result<Event<'_>, Violation> {
    Ok(match kind {
        Kind::Binary => Event::Binary(BinaryPayload::Lent(payload)),
        Kind::Text => {
            let text = simdutf8::basic::from_utf8(payload).map_err(|_| Violation::InvalidUtf8)?;
            Event::Text(TextPayload::Lent(text))
        }
    })
}
