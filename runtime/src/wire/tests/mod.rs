//! What the tests share: frames of a peer, and a driver that feeds a session.

mod closing;
mod control;
mod differential;
mod lengths;
mod memory;
mod rows;
mod splits;
mod table;
mod timers;
mod violation;

use std::time::Instant;

use super::fuzz::{Seen, feed, feed_payload, limits, reference};
use super::{Limits, Lost, Role, Session, Violation};

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

/// A server's session.
fn server(limits: Limits, now: Instant) -> Session {
    Session::new(Role::Server, limits, now)
}

/// Feeds byte by byte: each event, with the index of the byte at which it came.
fn feed_bytes(session: &mut Session, bytes: &[u8], now: Instant) -> Vec<(usize, Seen)> {
    let events =
        |(at, byte): (usize, &u8)| feed(session, &[*byte], now).into_iter().map(move |seen| (at, seen));
    bytes.iter().enumerate().flat_map(events).collect::<Vec<_>>()
}

/// What the session has to send.
fn transmit(session: &mut Session) -> Vec<u8> {
    let mut out = Vec::new();
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
