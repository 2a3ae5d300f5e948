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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::{Content, Traffic};

    fn messages(size: usize) -> Messages {
        Messages::new(Traffic { content: Content::Mixed, size, fragments: 1 }, 1).unwrap()
    }

    /// A frame as a server sends it.
    fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut frame = vec![first];
        match payload.len() {
            length @ ..=125 => frame.push(length as u8),
            length @ 126..=0xffff => frame.extend([126, (length >> 8) as u8, length as u8]),
            length => frame.extend([[127, 0, 0, 0, 0].as_slice(), &(length as u32).to_be_bytes()].concat()),
        }
        frame.extend_from_slice(payload);
        frame
    }

    fn take(bytes: &[u8], messages: &Messages, each: usize) -> Result<usize> {
        let mut check = Check::default();
        bytes.chunks(each).map(|part| check.take(part, messages)).sum()
    }

    #[test]
    fn echoes_pass_however_they_are_split() {
        for size in [1, 125, 126, 300, 70_000] {
            let messages = messages(size);
            let ping = frame(0x89, b"?");
            let whole: Vec<_> = messages.replies.iter().flat_map(|reply| frame(0x81, reply)).collect();
            let fragments = messages.replies.iter().flat_map(|reply| {
                let (start, end) = reply.split_at(size / 2);
                [frame(0x01, start), ping.clone(), frame(0x80, end)].concat()
            });
            let fragments: Vec<_> = fragments.collect();
            for each in [1, 2, 3, 64, usize::MAX] {
                assert_eq!(take(&whole, &messages, each).unwrap(), messages.variants());
                assert_eq!(take(&fragments, &messages, each).unwrap(), messages.variants());
            }
        }
    }

    #[test]
    fn what_is_not_the_echo_does_not_pass() {
        let messages = messages(300);
        let right = &messages.replies[0];
        let mut one_byte = right.clone();
        one_byte[299] ^= 1;
        let longer = [right.as_slice(), b"."].concat();
        for wrong in [
            frame(0x81, &one_byte),
            frame(0x81, &messages.replies[1]),
            frame(0x81, &right[..299]),
            frame(0x81, &longer),
            frame(0x82, right),
            frame(0xc1, right),
            frame(0x80, right),
            frame(0x88, &[3, 232]),
            [frame(0x01, &right[..9]), frame(0x81, &right[9..])].concat(),
        ] {
            assert!(take(&wrong, &messages, usize::MAX).is_err(), "{:02x?}", &wrong[..4]);
        }
    }
}
