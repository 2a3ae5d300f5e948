//! From a client's frames to a server's, in place.

use std::ops::Range;

/// How many bytes before the input a header may need that the input itself has no room for.
pub const ROOM: usize = 16;

/// The longest header of a client: two bytes, a length of eight, a mask of four.
const HEADER: usize = 14;

/// The frame that is coming in.
#[derive(Debug, Default)]
pub struct Frames {
    /// What came of its header.
    header: [u8; HEADER],
    header_len: usize,
    /// Payload that is still to come, and the mask from there on.
    left: usize,
    mask: [u8; 4],
    close: bool,
}

impl Frames {
    /// Makes the input from `ROOM` to `end` what has to be sent, and says where that is.
    pub fn reframe(&mut self, buffer: &mut [u8], end: usize) -> Range<usize> {
        let mut read = ROOM;
        // What is sent first stays where it is, and the rest is moved up to it.
        let mut out: Option<Range<usize>> = None;
        loop {
            let now = self.left.min(end - read);
            if now > 0 {
                let part = read..read + now;
                unmask(&mut buffer[part.clone()], self.mask);
                self.mask.rotate_left(now % 4);
                self.left -= now;
                read += now;
                match &mut out {
                    None => out = Some(part),
                    Some(out) if out.end == part.start => out.end = part.end,
                    Some(out) => {
                        buffer.copy_within(part, out.end);
                        out.end += now;
                    }
                }
            }
            if read == end {
                return out.unwrap_or(ROOM..ROOM);
            }
            let had = self.header_len;
            let take = (HEADER - had).min(end - read);
            self.header[had..had + take].copy_from_slice(&buffer[read..read + take]);
            let came = had + take;
            let reply = match self.header[1] & 0x7f {
                126 => 4,
                127 => 10,
                _ => 2,
            };
            if came < reply + 4 {
                self.header_len = came;
                return out.unwrap_or(ROOM..ROOM);
            }
            read += reply + 4 - had;
            self.open(reply);
            let range = out.get_or_insert(read - reply..read - reply);
            buffer[range.end..range.end + reply].copy_from_slice(&self.header[..reply]);
            range.end += reply;
        }
    }

    /// Takes a header that is whole, and makes it the reply's.
    fn open(&mut self, reply: usize) {
        let [first, second, rest @ ..] = &mut self.header;
        *second &= 0x7f;
        self.left = match reply {
            2 => usize::from(*second),
            4 => usize::from(u16::from_be_bytes([rest[0], rest[1]])),
            _ => rest[..8].iter().fold(0, |length, byte| length << 8 | usize::from(*byte)),
        };
        self.mask.copy_from_slice(&rest[reply - 2..reply + 2]);
        self.close = *first & 0x0f == 8;
        self.header_len = 0;
    }

    /// Whether a Close was echoed.
    pub fn closed(&self) -> bool {
        self.close && self.left == 0
    }
}

/// Unmasks a payload from its first byte on.
pub fn unmask(bytes: &mut [u8], mask: [u8; 4]) {
    let [a, b, c, d] = mask;
    let word = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (words, rest) = bytes.as_chunks_mut::<8>();
    for bytes in words {
        *bytes = (u64::from_ne_bytes(*bytes) ^ word).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
}
