//! Messages that arrived while a handler was still running.

use std::collections::VecDeque;

use bytes::Bytes;

use crate::message::Text;
use crate::wire::{BinaryPayload, TextPayload};

/// How many messages are read ahead of a handler.
///
/// Generous, so that a Close behind many small messages is noticed; the bytes are what costs.
const MAX_MESSAGES: usize = 1024;

/// How many bytes of payload are read ahead of a handler; the message that passes it is the last.
const MAX_BYTES: usize = 64 * 1024;

/// A queue with a bound: when it is full the driver stops reading, and TCP slows the peer down.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    queue: VecDeque<Arrived>,
    bytes: usize,
}

/// A whole message of an accepted kind, not yet decoded.
#[derive(Debug)]
pub(super) enum Arrived {
    Text(Text),
    Binary(Bytes),
}

impl Arrived {
    fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }
}

impl From<TextPayload<'_>> for Arrived {
    fn from(payload: TextPayload<'_>) -> Self {
        Self::Text(match payload {
            TextPayload::Lent(text) => text.into(),
            TextPayload::Owned(text) => text,
        })
    }
}

impl From<BinaryPayload<'_>> for Arrived {
    fn from(payload: BinaryPayload<'_>) -> Self {
        Self::Binary(match payload {
            BinaryPayload::Lent(bytes) => Bytes::copy_from_slice(bytes),
            BinaryPayload::Owned(bytes) => bytes.freeze(),
        })
    }
}

impl Inbox {
    pub(super) fn is_full(&self) -> bool {
        self.queue.len() >= MAX_MESSAGES || self.bytes >= MAX_BYTES
    }

    pub(super) fn push(&mut self, arrived: Arrived) {
        self.bytes += arrived.size();
        self.queue.push_back(arrived);
    }

    pub(super) fn pop(&mut self) -> Option<Arrived> {
        let arrived = self.queue.pop_front()?;
        self.bytes -= arrived.size();
        if self.queue.is_empty() {
            self.queue = VecDeque::new();
        }
        Some(arrived)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_bounded_in_messages_and_in_bytes() {
        let mut inbox = Inbox::default();
        for _ in 0..MAX_MESSAGES {
            assert!(!inbox.is_full());
            inbox.push(TextPayload::Lent("").into());
        }
        assert!(inbox.is_full());
        inbox.pop();
        assert!(!inbox.is_full());

        let mut inbox = Inbox::default();
        inbox.push(BinaryPayload::Lent(&[0; MAX_BYTES - 1]).into());
        assert!(!inbox.is_full());
        inbox.push(TextPayload::Lent("x").into());
        assert!(inbox.is_full());
        inbox.pop();
        assert!(!inbox.is_full());
    }

    #[test]
    fn messages_come_out_in_order_and_an_empty_one_owns_no_queue() {
        let mut inbox = Inbox::default();
        inbox.push(TextPayload::Lent("first").into());
        inbox.push(BinaryPayload::Lent(b"second").into());
        assert!(matches!(inbox.pop(), Some(Arrived::Text(text)) if text == "first"));
        assert!(matches!(inbox.pop(), Some(Arrived::Binary(bytes)) if bytes == "second"));
        assert!(inbox.pop().is_none());
        assert_eq!((inbox.bytes, inbox.queue.capacity()), (0, 0));
    }
}
