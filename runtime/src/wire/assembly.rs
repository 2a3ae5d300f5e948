//! The payload of a message: put together from parts, or lent from the input.

use bytes::BufMut;
use bytes::buf::Limit;

use super::event::{BinaryPayload, Event, TextPayload};
use super::mask;
use super::utf8::Utf8;
use super::violation::Violation;
use crate::message::{Kind, Text};

/// A payload of which this much has arrived grows in larger steps. Each step moves what is there, and what is reserved
/// in one is no memory of the system's before something is written to it.
const MUCH: usize = 256 * 1024;

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
        self.bytes_mut().reserve(part.len() + step(remaining, part.len()));
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

    /// How much of the payload has arrived.
    pub(super) const fn len(&self) -> usize {
        match &self.payload {
            Payload::Text(utf8) => utf8.len(),
            Payload::Binary(bytes) => bytes.len(),
        }
    }

    /// Where the next `remaining` bytes of the payload are to be read to, or some of them. As much as has
    /// arrived may be reserved for them, and of much three times that.
    pub(super) fn space(&mut self, remaining: usize) -> Limit<&mut Vec<u8>> {
        let bytes = self.bytes_mut();
        let arrived = bytes.len();
        if bytes.capacity() - arrived < remaining.min(arrived / 2) {
            let most = if arrived < MUCH { arrived } else { arrived.saturating_mul(3) };
            bytes.reserve_exact(step(remaining as u64, most));
        }
        let room = bytes.capacity() - arrived;
        bytes.limit(remaining.min(room))
    }

    /// Takes what was read to [`space`](Self::space): its last `len` bytes, masked with `key`.
    pub(super) fn take_read(&mut self, len: usize, key: Option<[u8; 4]>) -> Result<(), Violation> {
        let bytes = self.bytes_mut();
        let start = bytes.len() - len;
        if let Some(key) = key {
            mask::unmask(&mut bytes[start..], key);
        }
        match &mut self.payload {
            Payload::Text(utf8) => utf8.judge().map_err(|_| Violation::InvalidUtf8),
            Payload::Binary(_) => Ok(()),
        }
    }

    /// The payload so far.
    const fn bytes_mut(&mut self) -> &mut Vec<u8> {
        match &mut self.payload {
            Payload::Text(utf8) => utf8.bytes_mut(),
            Payload::Binary(bytes) => bytes,
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

/// How much is reserved for what remains of a frame: `most`, or a quarter more if that is all. What is nearly whole is
/// not moved for its last bytes.
fn step(remaining: u64, most: usize) -> usize {
    match usize::try_from(remaining) {
        Ok(remaining) if remaining <= most.saturating_add(most / 4) => remaining,
        _ => most,
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
