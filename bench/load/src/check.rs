//! Whether what a server sends is the echo, byte for byte.

use std::io::{Error, Result};

use crate::messages::Messages;

/// How far the replies on one connection have come.
#[derive(Debug, Default)]
pub(crate) struct Check {
    /// Which variant is being answered, and how many bytes of its reply have come.
    variant: usize,
    offset: usize,
    header: [u8; 10],
    header_len: usize,
    /// Of the frame that is coming.
    left: usize,
    fin: bool,
    control: bool,
    in_frame: bool,
    in_message: bool,
}

impl Check {
    /// Takes bytes that came; returns how many replies they complete.
    pub(crate) fn take(&mut self, mut bytes: &[u8], messages: &Messages) -> Result<usize> {
        let mut completed = 0;
        loop {
            if !self.in_frame {
                bytes = self.take_header(bytes, messages)?;
                if !self.in_frame {
                    return Ok(completed);
                }
            }
            let now = self.left.min(bytes.len());
            let (part, rest) = bytes.split_at(now);
            if self.control {
                self.left -= now;
            } else {
                let reply = &messages.replies[self.variant];
                if reply.get(self.offset..self.offset + now) != Some(part) {
                    let at = self.offset;
                    return Err(wrong(format!("a payload that is not the echo, at byte {at} or behind")));
                }
                self.offset += now;
                self.left -= now;
            }
            bytes = rest;
            if self.left > 0 {
                return Ok(completed);
            }
            self.in_frame = false;
            if self.fin && !self.control {
                let (came, due) = (self.offset, messages.replies[self.variant].len());
                if came != due {
                    return Err(wrong(format!("{came} bytes, not {due}")));
                }
                self.offset = 0;
                self.in_message = false;
                self.variant = (self.variant + 1) % messages.variants();
                completed += 1;
            }
        }
    }

    /// Takes bytes of a header, and stands in a frame when it is whole.
    fn take_header<'a>(&mut self, mut bytes: &'a [u8], messages: &Messages) -> Result<&'a [u8]> {
        loop {
            let due = match (self.header_len, self.header[1]) {
                (..2, _) => 2,
                (_, 126) => 4,
                (_, 127) => 10,
                _ => 2,
            };
            if self.header_len == due {
                break;
            }
            let now = bytes.len().min(due - self.header_len);
            if now == 0 {
                return Ok(bytes);
            }
            self.header[self.header_len..self.header_len + now].copy_from_slice(&bytes[..now]);
            self.header_len += now;
            bytes = &bytes[now..];
        }
        let [first, second, extended @ ..] = self.header;
        self.left = match self.header_len {
            2 => usize::from(second),
            4 => usize::from(u16::from_be_bytes([extended[0], extended[1]])),
            _ => usize::try_from(u64::from_be_bytes(extended)).unwrap_or(usize::MAX),
        };
        self.header_len = 0;
        self.in_frame = true;
        self.fin = first & 0x80 != 0;
        self.control = first & 0x08 != 0;
        let opcode = first & 0x0f;
        let expected = match (self.in_message, messages.text) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => 2,
        };
        match opcode {
            8 => return Err(wrong("a Close".to_owned())),
            9 | 10 => {}
            _ if first & 0x70 != 0 || opcode != expected => {
                return Err(wrong(format!("a frame that begins with {first:#04x}")));
            }
            _ => self.in_message = true,
        }
        Ok(bytes)
    }
}

fn wrong(what: String) -> Error {
    Error::other(format!("the server sent {what}"))
}
