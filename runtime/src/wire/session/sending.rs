//! What the session sends: the frames of messages, and the control frames that wait.

use std::time::Instant;

use super::{Session, State};
use crate::copy;
use crate::message::Kind;
use crate::wire::frame::{self, HEADER_ROOM, Opcode};

impl Session {
    /// Encodes a message as one frame. Once a Close was queued it writes nothing, and returns `false`.
    #[inline]
    pub(crate) fn send(&mut self, kind: Kind, payload: &[u8], out: &mut Vec<u8>, now: Instant) -> bool {
        let sends = self.encode_header(kind, payload.len(), out, now);
        if sends {
            copy::append(out, payload);
        }
        sends
    }

    /// Encodes the header of a message of `len` bytes, which the caller writes after it. The control frames that
    /// wait go before it.
    ///
    /// Once a Close was queued it writes nothing, and returns `false`.
    #[inline]
    pub(crate) fn encode_header(&mut self, kind: Kind, len: usize, out: &mut Vec<u8>, now: Instant) -> bool {
        if !self.begin_message(now) {
            return false;
        }
        // 5.5.2: a pong goes out "as soon as is practical", so that it is not behind the answer to a message
        // that came after its ping.
        if self.has_transmit() {
            self.waiting.take(out);
        }
        frame::encode_header(Opcode::Data(kind), len, out);
        true
    }

    /// Encodes that header at the end of the room before the message, and says where it begins. No control frames may
    /// wait.
    pub(crate) fn encode_header_before(
        &mut self,
        kind: Kind,
        len: usize,
        room: &mut [u8; HEADER_ROOM],
        now: Instant,
    ) -> Option<usize> {
        debug_assert!(!self.has_transmit(), "they go before it");
        self.begin_message(now).then(|| frame::encode_header_before(Opcode::Data(kind), len, room))
    }

    /// Whether a message may be sent; if so it is, now.
    #[inline]
    fn begin_message(&mut self, now: Instant) -> bool {
        // 5.5.1: "The application MUST NOT send any more data frames after sending a Close frame." After the
        // peer's alone it may.
        let sends = matches!(self.state, State::Open | State::PeerClosing);
        if sends {
            self.timers.message(now);
        }
        sends
    }

    /// Appends the control frames that wait.
    pub(crate) fn poll_transmit(&mut self, out: &mut Vec<u8>) {
        self.waiting.take(out);
    }

    /// Whether control frames wait.
    pub(crate) const fn has_transmit(&self) -> bool {
        !self.waiting.is_empty()
    }
}
