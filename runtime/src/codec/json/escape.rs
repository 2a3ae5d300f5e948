//! A text as JSON writes it: in quotation marks, and with escapes for what may not be in it (RFC 8259, section 7).

use std::io::{self, Write};

use serde_json::ser::{CharEscape, Formatter};

use crate::copy::PIECE;

/// Looked at together, without a branch for each byte, so the compiler can use vectors.
const GROUP: usize = 32;

/// Compact JSON, in which what serde_json takes for bytes is a text.
///
/// serde_json escapes byte by byte, and a formatter has no say in that: it is most of the work for a text of 1 KiB. Its
/// bytes, however, are all the formatter's.
pub(super) struct TextsAsBytes;

impl Formatter for TextsAsBytes {
    fn write_byte_array<W: ?Sized + Write>(&mut self, writer: &mut W, text: &[u8]) -> io::Result<()> {
        writer.write_all(b"\"")?;
        for piece in text.chunks(PIECE) {
            let mut written = 0;
            let (groups, rest) = piece.as_chunks::<GROUP>();
            let mut last = [b' '; GROUP];
            last[..rest.len()].copy_from_slice(rest);
            for (number, group) in groups.iter().chain([&last]).enumerate() {
                let mut escaped = escaped(group);
                while escaped != 0 {
                    let place = number * GROUP + escaped.trailing_zeros() as usize;
                    if written < place {
                        writer.write_all(&piece[written..place])?;
                    }
                    self.write_char_escape(writer, escape(piece[place]))?;
                    written = place + 1;
                    escaped &= escaped - 1;
                }
            }
            writer.write_all(&piece[written..])?;
        }
        writer.write_all(b"\"")
    }
}

/// Which bytes have an escape: a bit for each, the lowest for the first.
fn escaped(group: &[u8; GROUP]) -> u32 {
    let (words, _) = group.as_chunks::<8>();
    // Nearly always none has.
    if words.iter().fold(0, |any, word| any | escaped_of(*word)) == 0 {
        return 0;
    }
    // Bit 8k + 7 goes to bit 56 + k.
    let gather = |escaped: u64| ((escaped >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32;
    words.iter().rev().fold(0, |escaped, word| escaped << 8 | gather(escaped_of(*word)))
}

/// The high bit of each byte that has an escape: a control character, `"` or `\`.
const fn escaped_of(word: [u8; 8]) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let word = u64::from_le_bytes(word);
    zeros(word & (ONES * 0xe0)) | zeros(word ^ (ONES * b'"' as u64)) | zeros(word ^ (ONES * b'\\' as u64))
}

/// The high bit of each byte that is zero. No sum carries into the next byte.
const fn zeros(word: u64) -> u64 {
    const LOW: u64 = u64::from_ne_bytes([0x7f; 8]);
    !(((word & LOW) + LOW) | word | LOW)
}

const fn escape(byte: u8) -> CharEscape {
    match byte {
        b'"' => CharEscape::Quote,
        b'\\' => CharEscape::ReverseSolidus,
        0x08 => CharEscape::Backspace,
        b'\t' => CharEscape::Tab,
        b'\n' => CharEscape::LineFeed,
        0x0c => CharEscape::FormFeed,
        b'\r' => CharEscape::CarriageReturn,
        _ => CharEscape::AsciiControl(byte),
    }
}
