//! Control frames (RFC 6455, section 5.5): the Close payload, those of ours that wait, and how many may come.

use std::time::{Duration, Instant};

use super::event::ReceivedClose;
use super::frame::{self, Control, Opcode};
use super::limits::Limits;
use super::violation::{ProtocolError, Violation};
use crate::close::{CloseCode, CloseFrame};

/// Beyond this many bytes of encoded pongs, a new one takes the place of the last. With the longest pong, 127
/// bytes, that makes 4 KiB at most.
const MAX_PONGS: usize = 4096 - 127;

/// A pong's header: its payload is at most 125 bytes.
const PONG_HEADER: usize = 2;

/// Judges the payload of a peer's Close, when it is whole.
pub(super) fn received_close(payload: &[u8]) -> Result<ReceivedClose, Violation> {
    let Some((&code, reason)) = payload.split_first_chunk::<2>() else {
        return match payload {
            // 7.1.5: "If this Close control frame contains no status code, _The WebSocket Connection Close
            // Code_ is considered to be 1005."
            [] => Ok(ReceivedClose { code: 1005, reason: String::new() }),
            // 5.5.1: "If there is a body, the first two bytes of the body MUST be a 2-byte unsigned integer".
            _ => Err(ProtocolError::ClosePayloadOneByte.into()),
        };
    };
    let code = u16::from_be_bytes(code);
    // 7.4.1 and 7.4.2: the codes for reporting only, and those that nobody has registered.
    if CloseCode::new(code).is_none() {
        return Err(ProtocolError::CloseCodeNotAllowed.into());
    }
    // 5.5.1: the reason is "UTF-8-encoded data", and 8.1 says what follows if it is not.
    match simdutf8::basic::from_utf8(reason) {
        Ok(reason) => Ok(ReceivedClose { code, reason: reason.to_owned() }),
        Err(_) => Err(Violation::InvalidCloseReason),
    }
}

/// Our control frames that wait to be written: pongs in the order of their pings, a ping of ours, a Close.
///
/// It owns no memory while nothing waits.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// Encoded pongs, and the Close after them.
    frames: Vec<u8>,
    /// Where the last pong begins in `frames`.
    last_pong: usize,
    /// Whether a ping of ours waits.
    ping: bool,
}

impl Waiting {
    /// Queues the answer to a ping.
    ///
    /// When too much waits, since the peer does not read, the new pong takes the place of the last one: 5.5.3
    /// allows to "send a Pong frame for only the most recently processed Ping frame".
    pub(super) fn pong(&mut self, payload: &[u8]) {
        if self.frames.len() + PONG_HEADER + payload.len() > MAX_PONGS {
            self.frames.truncate(self.last_pong);
        }
        self.last_pong = self.frames.len();
        frame::encode_header(Opcode::Control(Control::Pong), payload.len(), &mut self.frames);
        self.frames.extend_from_slice(payload);
    }

    /// Queues a ping. Its payload is empty, since any byte from the peer counts as its answer.
    pub(super) const fn ping(&mut self) {
        self.ping = true;
    }

    /// Queues a Close after the pongs; the caller makes sure that nothing follows it.
    pub(super) fn close(&mut self, frame: Option<&CloseFrame>) {
        // A peer that is to close need not show that it is alive.
        self.ping = false;
        let length = frame.map_or(0, |frame| 2 + frame.reason().len());
        frame::encode_header(Opcode::Control(Control::Close), length, &mut self.frames);
        if let Some(frame) = frame {
            self.frames.extend_from_slice(&frame.code().get().to_be_bytes());
            self.frames.extend_from_slice(frame.reason().as_bytes());
        }
    }

    /// Whether nothing waits.
    pub(super) const fn is_empty(&self) -> bool {
        self.frames.is_empty() && !self.ping
    }

    /// Moves everything that waits to `out`.
    pub(super) fn take(&mut self, out: &mut Vec<u8>) {
        let Self { frames, ping, .. } = std::mem::take(self);
        out.extend_from_slice(&frames);
        if ping {
            frame::encode_header(Opcode::Control(Control::Ping), 0, out);
        }
    }

    /// How much memory it owns.
    #[cfg(any(test, fuzzing))]
    pub(super) const fn capacity(&self) -> usize {
        self.frames.capacity()
    }
}

/// A token bucket over the pings and pongs of the peer.
#[derive(Debug)]
pub(super) struct Bucket {
    /// How many frames it may still send at once.
    tokens: u32,
    /// Until when tokens have been earned.
    earned_until: Instant,
}

impl Bucket {
    /// A full bucket.
    pub(super) const fn new(limits: &Limits, now: Instant) -> Self {
        Self { tokens: limits.control_burst, earned_until: now }
    }

    /// Takes a token; whether there was one.
    pub(super) fn take(&mut self, limits: &Limits, now: Instant) -> bool {
        self.earn(limits, now);
        let Some(tokens) = self.tokens.checked_sub(1) else {
            return false;
        };
        self.tokens = tokens;
        true
    }

    /// Adds the tokens of a time in which nothing was read, without the bound: what came in then comes at once.
    pub(super) fn excuse(&mut self, limits: &Limits, since: Instant, now: Instant) {
        self.earn(limits, since);
        self.add(limits, self.earned(limits, now));
    }

    /// Adds the tokens of the time that has passed.
    fn earn(&mut self, limits: &Limits, now: Instant) {
        let earned = self.earned(limits, now);
        if earned >= u128::from(limits.control_burst.saturating_sub(self.tokens)) {
            self.tokens = self.tokens.max(limits.control_burst);
            self.earned_until = self.earned_until.max(now);
        } else {
            self.add(limits, earned);
        }
    }

    /// How many whole tokens the time up to `now` is worth.
    fn earned(&self, limits: &Limits, now: Instant) -> u128 {
        let passed = now.saturating_duration_since(self.earned_until).as_nanos();
        passed * u128::from(limits.control_rate) / SECOND
    }

    /// Adds tokens and the time that they stand for, so a fraction of one is not lost.
    fn add(&mut self, limits: &Limits, earned: u128) {
        if earned > 0 {
            self.tokens = self.tokens.saturating_add(u32::try_from(earned).unwrap_or(u32::MAX));
            // It fits: it is no longer than the time that has passed.
            let time = earned * SECOND / u128::from(limits.control_rate);
            self.earned_until += Duration::from_nanos(time as u64);
        }
    }
}

/// In nanoseconds.
const SECOND: u128 = Duration::from_secs(1).as_nanos();
