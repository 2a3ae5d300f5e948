//! What the tests share: frames of a peer, and a driver that feeds a session.

mod closing;
mod control;
mod lengths;
mod memory;
mod reference;
mod rows;
mod splits;
mod table;
mod timers;
mod violation;

use std::time::{Duration, Instant};

use bytes::BytesMut;

use super::{BinaryPayload, Event, Limits, Lost, Role, Session, TextPayload, Violation};

/// FIN with each opcode.
const TEXT: u8 = 0x81;
const BINARY: u8 = 0x82;
const CONTINUATION: u8 = 0x80;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;
/// Taken from one of those, it makes a frame that is not its message's last.
const FIN: u8 = 0x80;

const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// The defaults of the design's section 5.
fn limits() -> Limits {
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
        closing_handshake: Duration::from_secs(10),
    }
}

/// A client's frame: its first byte, and its payload.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    frame_with_key(first, payload, KEY)
}

fn frame_with_key(first: u8, payload: &[u8], key: [u8; 4]) -> Vec<u8> {
    let mut bytes = header(first, payload.len() as u64, key);
    bytes.extend(payload.iter().enumerate().map(|(i, byte)| byte ^ key[i % 4]));
    bytes
}

/// The header of a client's frame.
fn header(first: u8, length: u64, key: [u8; 4]) -> Vec<u8> {
    let mut bytes = vec![first];
    if length < 126 {
        bytes.push(0x80 | length as u8);
    } else if length < 1 << 16 {
        bytes.push(0x80 | 126);
        bytes.extend_from_slice(&(length as u16).to_be_bytes());
    } else {
        bytes.push(0x80 | 127);
        bytes.extend_from_slice(&length.to_be_bytes());
    }
    bytes.extend_from_slice(&key);
    bytes
}

/// An event, without what it borrows.
#[derive(Clone, Debug, PartialEq)]
enum Seen {
    Text(String),
    Binary(Vec<u8>),
    Close(u16, String),
    Violation(Violation),
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
            Event::Lost(lost) => Self::Lost(lost),
        }
    }
}

/// A server's session.
fn server(limits: Limits, now: Instant) -> Session {
    Session::new(Role::Server, limits, now)
}

/// Feeds one read, as the driver does.
fn feed(session: &mut Session, bytes: &[u8], now: Instant) -> Vec<Seen> {
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

/// Feeds byte by byte: each event, with the index of the byte at which it came.
fn feed_bytes(session: &mut Session, bytes: &[u8], now: Instant) -> Vec<(usize, Seen)> {
    let events =
        |(at, byte): (usize, &u8)| feed(session, &[*byte], now).into_iter().map(move |seen| (at, seen));
    bytes.iter().enumerate().flat_map(events).collect::<Vec<_>>()
}

/// What the session has to send.
fn transmit(session: &mut Session) -> Vec<u8> {
    let mut out = BytesMut::new();
    session.poll_transmit(&mut out);
    assert!(!session.has_transmit());
    out.to_vec()
}

/// A Close frame of ours.
fn our_close(code: u16, reason: &str) -> Vec<u8> {
    let mut bytes = vec![CLOSE, 2 + reason.len() as u8];
    bytes.extend_from_slice(&code.to_be_bytes());
    bytes.extend_from_slice(reason.as_bytes());
    bytes
}

/// A Close payload.
fn close_payload(code: u16, reason: &[u8]) -> Vec<u8> {
    [&code.to_be_bytes()[..], reason].concat()
}
