//! The ways of a payload that need no copy: it is whole in the input, or it is read to where it stays.

use bytes::BufMut;

use super::{Decoder, Item, take_front};
use crate::message::Kind;
use crate::wire::frame::{Frame, Opcode};
use crate::wire::limits::{Limits, Role};
use crate::wire::mask;
use crate::wire::violation::Violation;

impl Decoder {
    /// Takes a message that is one frame and whole in the input, as most are, by the shortest way. Everything
    /// else, whatever is wrong with it included, is left to the long one.
    #[inline(always)]
    pub(in crate::wire) fn next_whole<'a>(
        &self,
        input: &mut &'a mut [u8],
        limits: &Limits,
    ) -> Option<(Kind, &'a mut [u8])> {
        let between_messages = self.header_len == 0 && self.frame.is_none() && self.message.is_none();
        if !between_messages || self.skipping || self.role != Role::Server {
            return None;
        }
        let (kind, header, length) = match **input {
            [first, short @ 0x80..=0xfd, ..] => (Frame::whole(first)?, 6, usize::from(short & 0x7f)),
            [first, 0xfe, a, b, ..] => (Frame::whole(first)?, 8, usize::from(u16::from_be_bytes([a, b]))),
            _ => return None,
        };
        let fits = length <= limits.max_size(kind) && header + length <= input.len();
        if !fits || !limits.accepts(kind) || (header == 8 && length < 126) {
            return None;
        }
        let (header, payload) = take_front(input, header + length).split_at_mut(header);
        mask::unmask(payload, *header.last_chunk()?);
        Some((kind, payload))
    }

    /// Where the next bytes of the stream may be read to, if at least `least` bytes of a message's payload are
    /// there and as many are to come. What was read there is not copied again.
    pub(in crate::wire) fn space(&mut self, least: usize) -> Option<impl BufMut + '_> {
        let (Some(frame), Some(message)) = (&self.frame, &mut self.message) else {
            return None;
        };
        let remaining = usize::try_from(frame.remaining).unwrap_or(usize::MAX);
        let is_data = !matches!(frame.opcode, Opcode::Control(_));
        (is_data && message.len().min(remaining) >= least).then(|| message.space(remaining))
    }

    /// Takes the `len` bytes that were read to [`space`](Self::space).
    pub(in crate::wire) fn take_read(&mut self, len: usize) -> Result<Option<Item<'static>>, Violation> {
        let (Some(mut frame), Some(mut message)) = (self.frame.take(), self.message.take()) else {
            return Ok(None);
        };
        message.take_read(len, (self.role == Role::Server).then_some(frame.key))?;
        frame.remaining -= len as u64;
        frame.key = mask::advance(frame.key, len);
        self.keep(frame, message)
    }
}
