//! Bytes to frames to messages: what a frame means among the frames around it (RFC 6455, sections 5.4 and
//! 5.6).
//!
//! A message that is one frame and whole in the input is lent from there. Only what is unfinished is kept.
//! It does not know states, deadlines, or what a control frame asks for.

use std::borrow::Cow;

use super::assembly::{Assembly, lend};
use super::event::Event;
use super::frame::{self, Control, Frame, MAX_HEADER, Opcode};
use super::limits::{Limits, Role};
use super::mask;
use super::violation::{ProtocolError, Violation};
use crate::message::Kind;

mod direct;

/// What a run of bytes amounts to.
#[derive(Debug)]
pub(super) enum Item<'a> {
    /// A whole message.
    Message(Event<'a>),
    /// A whole control frame, with its payload.
    Control(Control, Cow<'a, [u8]>),
}

/// The state between two reads.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Decoder {
    /// The payload so far of a control frame that was not whole. It is apart from the message, which that
    /// frame may come in the middle of (5.4).
    control: Vec<u8>,
    /// The bytes of a header that was not whole.
    header: [u8; MAX_HEADER],
    /// How many bytes of a header are in `header`.
    header_len: u8,
    /// Our side.
    role: Role,
    /// After our Close: frames are followed, but data is not decoded any more.
    skipping: bool,
    /// The frame whose payload is coming in.
    frame: Option<Frame>,
    /// The message that is coming in. Boxed, as is all that an idle connection does not need.
    message: Option<Box<Assembly>>,
}

impl Decoder {
    /// A decoder before its first byte.
    pub(super) const fn new(role: Role) -> Self {
        Self {
            role,
            skipping: false,
            header_len: 0,
            header: [0; MAX_HEADER],
            frame: None,
            message: None,
            control: Vec::new(),
        }
    }

    /// Whether a header, a frame or a message has begun that is not whole.
    pub(super) const fn is_unfinished(&self) -> bool {
        self.header_len > 0 || self.frame.is_some() || self.message.is_some()
    }

    /// From here on data is skipped. The peer's frames are followed only to find its Close.
    pub(super) fn skip_data(&mut self) {
        self.skipping = true;
        self.message = None;
    }

    /// Gives back the memory of what is unfinished; nothing may be decoded after it.
    pub(super) fn discard(&mut self) {
        *self = Self::new(self.role);
    }

    /// How much heap memory it owns.
    #[cfg(any(test, fuzzing))]
    pub(super) fn capacity(&self) -> usize {
        self.control.capacity() + self.message.as_ref().map_or(0, |message| message.capacity())
    }

    /// Takes bytes from the front of `input` up to the end of the next item; all of them when there is none.
    pub(super) fn next<'a>(
        &mut self,
        input: &mut &'a mut [u8],
        limits: &Limits,
    ) -> Result<Option<Item<'a>>, Violation> {
        while !input.is_empty() {
            let frame = match self.frame.take() {
                Some(frame) => frame,
                None => match self.next_header(input, limits)? {
                    Some(frame) => frame,
                    None => break,
                },
            };
            if let Some(item) = self.take_payload(frame, input)? {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    /// Takes a header, or keeps what there is of it.
    fn next_header(&mut self, input: &mut &mut [u8], limits: &Limits) -> Result<Option<Frame>, Violation> {
        let header = if self.header_len == 0 {
            let header = self.judge(input, limits)?;
            let taken = header.as_ref().map_or(input.len(), |(_, len)| *len);
            let bytes = take_front(input, taken);
            if header.is_none() {
                // It fits: what is longer than the longest header holds a whole one.
                self.header[..taken].copy_from_slice(bytes);
                self.header_len = taken as u8;
            }
            header
        } else {
            loop {
                let [byte] = take_front(input, 1) else { break None };
                self.header[usize::from(self.header_len)] = *byte;
                self.header_len += 1;
                let header = self.judge(&self.header[..usize::from(self.header_len)], limits)?;
                if header.is_some() {
                    self.header_len = 0;
                    break header;
                }
            }
        };
        let Some((frame, _)) = header else { return Ok(None) };
        if let (Opcode::Continuation, Some(message)) = (frame.opcode, &mut self.message) {
            message.fragments += 1;
            message.announced += frame.remaining;
        }
        Ok(Some(frame))
    }

    /// Judges the bytes of a header, of which there is one at least, strictly in their order; the frame, and
    /// the header's length, when it is whole.
    fn judge(&self, bytes: &[u8], limits: &Limits) -> Result<Option<(Frame, usize)>, Violation> {
        let (fin, opcode) = frame::first_byte(bytes[0])?;
        self.judge_opcode(opcode, limits)?;

        let Some(&second) = bytes.get(1) else {
            return Ok(None);
        };
        let short = frame::second_byte(second, opcode, self.role)?;
        let Some((length, extended)) = frame::length(short, &bytes[2..])? else {
            return Ok(None);
        };
        self.judge_length(opcode, length, limits)?;

        let mut len = 2 + extended;
        let key = match self.role {
            Role::Client => [0; 4],
            Role::Server => {
                let Some(&key) = bytes[len..].first_chunk::<4>() else {
                    return Ok(None);
                };
                len += key.len();
                key
            }
        };
        Ok(Some((Frame { fin, opcode, remaining: length, key }, len)))
    }

    /// Judges whether a frame of this opcode may come now.
    fn judge_opcode(&self, opcode: Opcode, limits: &Limits) -> Result<(), Violation> {
        if self.skipping {
            // The messages that those frames belong to are dropped: there is nothing to judge them by.
            return Ok(());
        }
        match (opcode, &self.message) {
            // 5.4: "Control frames [..] MAY be injected in the middle of a fragmented message."
            (Opcode::Control(_), _) => Ok(()),
            (Opcode::Continuation, None) => Err(ProtocolError::UnexpectedContinuation.into()),
            (Opcode::Continuation, Some(message)) if message.fragments >= limits.max_fragments => {
                Err(Violation::TooManyFragments)
            }
            (Opcode::Continuation, Some(_)) => Ok(()),
            // 5.4: "The fragments of one message MUST NOT be interleaved between the fragments of another
            // message".
            (Opcode::Data(_), Some(_)) => Err(ProtocolError::ExpectedContinuation.into()),
            (Opcode::Data(got), None) if !limits.accepts(got) => {
                let expected = match got {
                    Kind::Text => Kind::Binary,
                    Kind::Binary => Kind::Text,
                };
                Err(Violation::UnexpectedKind { expected, got })
            }
            (Opcode::Data(_), None) => Ok(()),
        }
    }

    /// Judges whether a frame of this length takes its message over the limit.
    fn judge_length(&self, opcode: Opcode, length: u64, limits: &Limits) -> Result<(), Violation> {
        let (kind, before) = match (opcode, &self.message) {
            // Nothing is kept of what is skipped, so that its size does not matter.
            _ if self.skipping => return Ok(()),
            (Opcode::Data(kind), _) => (kind, 0),
            (Opcode::Continuation, Some(message)) => (message.kind(), message.announced),
            (Opcode::Control(_), _) | (Opcode::Continuation, None) => return Ok(()),
        };
        let limit = limits.max_size(kind);
        match before.checked_add(length) {
            Some(total) if total <= limit as u64 => Ok(()),
            _ => Err(Violation::TooBig { kind, limit }),
        }
    }

    /// Takes what there is of a frame's payload.
    fn take_payload<'a>(
        &mut self,
        mut frame: Frame,
        input: &mut &'a mut [u8],
    ) -> Result<Option<Item<'a>>, Violation> {
        let length = frame.remaining;
        let part = take_front(input, usize::try_from(length).map_or(input.len(), |len| len.min(input.len())));
        frame.remaining -= part.len() as u64;
        if self.skipping && !matches!(frame.opcode, Opcode::Control(_)) {
            self.frame = (frame.remaining > 0).then_some(frame);
            return Ok(None);
        }
        if self.role == Role::Server {
            mask::unmask(part, frame.key);
            frame.key = mask::advance(frame.key, part.len());
        }
        match frame.opcode {
            Opcode::Control(control) => Ok(self.take_control(control, frame, part)),
            Opcode::Continuation | Opcode::Data(_) => self.take_data(frame, length, part),
        }
    }

    /// Takes a part of a control frame's payload.
    fn take_control<'a>(&mut self, control: Control, frame: Frame, part: &'a [u8]) -> Option<Item<'a>> {
        if frame.remaining == 0 && self.control.is_empty() {
            return Some(Item::Control(control, Cow::Borrowed(part)));
        }
        self.control.extend_from_slice(part);
        if frame.remaining > 0 {
            self.frame = Some(frame);
            return None;
        }
        Some(Item::Control(control, Cow::Owned(std::mem::take(&mut self.control))))
    }

    /// Takes a part of a data frame's payload. `length` is what was left of the payload before that part.
    fn take_data<'a>(
        &mut self,
        frame: Frame,
        length: u64,
        part: &'a [u8],
    ) -> Result<Option<Item<'a>>, Violation> {
        let whole = frame.fin && frame.remaining == 0;
        let mut message = match (self.message.take(), frame.opcode) {
            (Some(message), _) => message,
            (None, Opcode::Data(kind)) if whole => {
                return lend(kind, part).map(|event| Some(Item::Message(event)));
            }
            (None, Opcode::Data(kind)) => Box::new(Assembly::new(kind, length)),
            // Cannot happen: `judge_opcode` let no continuation pass without its message.
            (None, Opcode::Continuation | Opcode::Control(_)) => return Ok(None),
        };
        message.push(part, frame.remaining)?;
        self.keep(frame, message)
    }

    /// Keeps what is unfinished of a frame and its message; a message that is whole is given.
    fn keep<'a>(&mut self, frame: Frame, message: Box<Assembly>) -> Result<Option<Item<'a>>, Violation> {
        if frame.remaining == 0 {
            if frame.fin {
                return message.finish().map(|event| Some(Item::Message(event)));
            }
        } else {
            self.frame = Some(frame);
        }
        self.message = Some(message);
        Ok(None)
    }
}

/// Takes at most `len` bytes from the front of `input`.
fn take_front<'a>(input: &mut &'a mut [u8], len: usize) -> &'a mut [u8] {
    let bytes = std::mem::take(input);
    let (front, back) = bytes.split_at_mut(len.min(bytes.len()));
    *input = back;
    front
}
