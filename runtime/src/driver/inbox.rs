//! Messages that arrived while a handler was still running.

use std::collections::VecDeque;
use std::mem::take;

use bytes::Bytes;

use crate::copy;
use crate::message::Text;
use crate::wire::{BinaryPayload, Event, TextPayload};

/// How many messages are read ahead of a handler.
///
/// Generous, so a Close after many small messages is noticed; it is the bytes that cost.
const MAX_MESSAGES: usize = 1024;

/// How many bytes of payload are read ahead of a handler; the message that passes it is the last.
const MAX_BYTES: usize = 64 * 1024;

/// A queue with a bound: when it is full the driver stops reading, and TCP slows the peer down.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    /// None while it is empty, which it is nearly always.
    queue: Option<Box<Queue>>,
}

#[derive(Debug, Default)]
struct Queue {
    messages: VecDeque<Arrived>,
    bytes: usize,
}

/// A whole message of an accepted kind, not yet decoded.
#[derive(Debug)]
pub(super) enum Arrived {
    Text(Text),
    Binary(Bytes),
}

impl Arrived {
    /// Takes the message out of an event, if it is one.
    pub(super) fn take(event: &mut Event<'_>) -> Option<Self> {
        Some(match event {
            Event::Text(TextPayload::Lent(text)) => Self::Text(Text::from(&**text)),
            Event::Text(TextPayload::Owned(text)) => Self::Text(take(text)),
            Event::Binary(BinaryPayload::Lent(bytes)) => Self::Binary(copy::bytes(bytes).into()),
            Event::Binary(BinaryPayload::Owned(bytes)) => Self::Binary(take(bytes).into()),
            Event::Close(_) | Event::Violation(_) | Event::Idle | Event::Lost(_) => return None,
        })
    }

    fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }
}

impl Inbox {
    pub(super) fn is_full(&self) -> bool {
        self.queue
            .as_ref()
            .is_some_and(|queue| queue.messages.len() >= MAX_MESSAGES || queue.bytes >= MAX_BYTES)
    }

    pub(super) fn push(&mut self, arrived: Arrived) {
        let queue = self.queue.get_or_insert_default();
        queue.bytes += arrived.size();
        queue.messages.push_back(arrived);
    }

    pub(super) fn pop(&mut self) -> Option<Arrived> {
        let queue = self.queue.as_mut()?;
        let arrived = queue.messages.pop_front();
        queue.bytes -= arrived.as_ref().map_or(0, Arrived::size);
        if queue.messages.is_empty() {
            self.queue = None;
        }
        arrived
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Arrived {
        Arrived::Text(text.into())
    }

    #[test]
    fn it_is_bounded_in_messages_and_in_bytes() {
        let mut inbox = Inbox::default();
        for _ in 0..MAX_MESSAGES {
            assert!(!inbox.is_full());
            inbox.push(text(""));
        }
        assert!(inbox.is_full());
        inbox.pop();
        assert!(!inbox.is_full());

        let mut inbox = Inbox::default();
        inbox.push(Arrived::Binary(vec![0; MAX_BYTES - 1].into()));
        assert!(!inbox.is_full());
        inbox.push(text("x"));
        assert!(inbox.is_full());
        inbox.pop();
        assert!(!inbox.is_full());
    }

    #[test]
    fn messages_come_out_in_order_and_an_empty_one_owns_no_queue() {
        let mut inbox = Inbox::default();
        inbox.push(text("first"));
        inbox.push(Arrived::Binary(Bytes::from_static(b"second")));
        assert!(matches!(inbox.pop(), Some(Arrived::Text(text)) if text == "first"));
        assert!(matches!(inbox.pop(), Some(Arrived::Binary(bytes)) if bytes == "second"));
        assert!(inbox.queue.is_none());
        assert!(inbox.pop().is_none());
    }
}
