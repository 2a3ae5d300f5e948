//! A reply in the memory that it is written from.

use std::fmt;

use bytes::Bytes;

use crate::message::{Message, Text};
use crate::pool::{self, Use};
use crate::wire::HEADER_ROOM;

/// The payload of a text message in a buffer of the thread's pool, with room for its header before it.
///
/// That buffer is too large for a queue: what waits for others becomes a [`Message`].
pub(crate) struct EncodedText {
    bytes: Vec<u8>,
}

impl EncodedText {
    /// Has a payload appended, which has to be UTF-8.
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "JSON alone is encoded so"))]
    pub(crate) fn new<E>(append: impl FnOnce(&mut Vec<u8>) -> Result<(), E>) -> Result<Self, E> {
        let mut bytes = pool::take(Use::Write);
        bytes.extend_from_slice(&[0; HEADER_ROOM]);
        match append(&mut bytes) {
            Ok(()) => Ok(Self { bytes }),
            Err(error) => {
                pool::give(Use::Write, bytes);
                Err(error)
            }
        }
    }

    /// The payload.
    pub(crate) fn payload(&self) -> &[u8] {
        &self.bytes[HEADER_ROOM..]
    }

    /// The room before the payload.
    pub(crate) fn room(&mut self) -> Option<&mut [u8; HEADER_ROOM]> {
        self.bytes.first_chunk_mut()
    }

    /// The room and the payload after it.
    pub(crate) fn take_bytes(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
}

/// Takes it over where it is long, and copies it otherwise.
impl From<EncodedText> for Message {
    fn from(encoded: EncodedText) -> Self {
        let text = if encoded.bytes.len() > pool::BUFFER / 2 {
            Text::try_from(Bytes::from(encoded.bytes).slice(HEADER_ROOM..)).ok()
        } else {
            let text = simdutf8::basic::from_utf8(encoded.payload()).ok().map(Text::from);
            pool::give(Use::Write, encoded.bytes);
            text
        };
        // It is UTF-8, so that there is one.
        Self::Text(text.unwrap_or_default())
    }
}

impl fmt::Debug for EncodedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&String::from_utf8_lossy(self.payload()), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_becomes_a_message_of_its_size() {
        let mut encoded = EncodedText::new(|payload| {
            payload.extend_from_slice("f\u{e4}hre".as_bytes());
            Ok::<_, ()>(())
        })
        .unwrap();
        encoded.room().unwrap().fill(0xff);
        assert_eq!(encoded.payload(), "f\u{e4}hre".as_bytes());
        assert_eq!(format!("{encoded:?}"), "\"f\u{e4}hre\"");
        assert_eq!(Message::from(encoded), Message::from("f\u{e4}hre"));
        let long = "\u{20ac}".repeat(pool::BUFFER);
        let encoded =
            EncodedText::new(|payload| std::io::Write::write_all(payload, long.as_bytes())).unwrap();
        assert_eq!(Message::from(encoded), Message::from(long));
        assert_eq!(EncodedText::new(|_| Err("no")).unwrap_err(), "no");
    }
}
