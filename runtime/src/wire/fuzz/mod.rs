//! The bodies of the fuzz targets that know the protocol's insides, and what they share with the tests.
//!
//! Each body takes any bytes, and panics where a promise is broken.

#![allow(clippy::unwrap_used, clippy::expect_used)]

pub(in crate::wire) mod close_payload;
pub(in crate::wire) mod differential;
pub(in crate::wire) mod frames;
pub(in crate::wire) mod reference;
mod session;
mod source;
mod utf8;

pub(crate) use close_payload::close_payload;
pub(crate) use differential::differential;
pub(crate) use frames::frames;
pub(crate) use session::session;
pub(crate) use utf8::utf8;

use std::time::{Duration, Instant};

use bytes::BufMut;

use super::{BinaryPayload, Event, Limits, Lost, Session, TextPayload, Violation};

/// An event, without what it borrows.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Seen {
    Text(String),
    Binary(Vec<u8>),
    Close(u16, String),
    Violation(Violation),
    Idle,
    Lost(Lost),
}

impl From<Event<'_>> for Seen {
    fn from(event: Event<'_>) -> Self {
        match event {
            Event::Text(TextPayload::Lent(text)) => Self::Text(text.to_owned()),
            Event::Text(TextPayload::Owned(text)) => Self::Text(text.as_str().to_owned()),
            Event::Binary(BinaryPayload::Lent(bytes)) => Self::Binary(bytes.to_vec()),
            Event::Binary(BinaryPayload::Owned(bytes)) => Self::Binary(bytes.to_vec()),
            Event::Close(close) => Self::Close(close.code, close.reason),
            Event::Violation(violation) => Self::Violation(violation),
            Event::Idle => Self::Idle,
            Event::Lost(lost) => Self::Lost(lost),
        }
    }
}

/// The defaults of the configuration.
pub(super) fn limits() -> Limits {
    Limits {
        accepts_text: true,
        accepts_binary: true,
        max_text: 1 << 20,
        max_binary: 1 << 20,
        max_fragments: 1024,
        control_rate: 20,
        control_burst: 100,
        message_deadline: Duration::from_secs(30),
        ping_interval: Some(Duration::from_secs(20)),
        pong_deadline: Duration::from_secs(20),
        idle_timeout: None,
    }
}

/// Feeds one read, as the driver does: what belongs to the payload of a message goes straight there.
pub(super) fn feed_payload(session: &mut Session, mut bytes: &[u8], now: Instant) -> Vec<Seen> {
    let mut seen = Vec::new();
    while !bytes.is_empty() {
        let Some(mut space) = session.space(1) else { break };
        let (read, rest) = bytes.split_at(space.remaining_mut().min(bytes.len()));
        assert!(!read.is_empty(), "no space for what is to come");
        space.put_slice(read);
        drop(space);
        seen.extend(session.handle_read(read.len(), now).map(Seen::from));
        bytes = rest;
    }
    seen.extend(feed(session, bytes, now));
    seen
}

/// Feeds one read of a driver that has one buffer for everything.
pub(super) fn feed(session: &mut Session, bytes: &[u8], now: Instant) -> Vec<Seen> {
    let mut bytes = bytes.to_vec();
    let mut input = &mut bytes[..];
    let mut seen = Vec::new();
    loop {
        let step = session.handle_input(input, now);
        let consumed = step.consumed;
        match step.event {
            Some(event) => seen.push(event.into()),
            None => {
                assert_eq!(consumed, input.len(), "without an event, all of the input is taken");
                return seen;
            }
        }
        input = &mut input[consumed..];
    }
}
