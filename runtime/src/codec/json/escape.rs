//! A text as JSON writes it: in quotation marks, and with escapes for what may not be in it (RFC 8259, section 7).

use std::io::{self, Write};

use serde_json::ser::{CharEscape, Formatter};

/// Looked at at once, without a branch for each byte, so that the compiler can use vectors.
const GROUP: usize = 32;

/// Written at once: while it is still in the nearest cache, and short enough for a fast copy (see `copy.rs`).
const PIECE: usize = 64 * GROUP;

/// Compact JSON, in which what serde_json takes for bytes is a text.
///
/// serde_json escapes byte by byte, and a formatter has no say in that: it is most of the work for a text of 1 KiB. Its
/// bytes, however, are all the formatter's.
pub(super) struct TextsAsBytes;

impl Formatter for TextsAsBytes {
    fn write_byte_array<W: ?Sized + Write>(&mut self, writer: &mut W, text: &[u8]) -> io::Result<()> {
        writer.write_all(b"\"")?;
        for mut rest in text.chunks(PIECE) {
            loop {
                let (clean, escaped) = rest.split_at(clean(rest));
                writer.write_all(clean)?;
                let Some((&byte, behind)) = escaped.split_first() else { break };
                self.write_char_escape(writer, escape(byte))?;
                rest = behind;
            }
        }
        writer.write_all(b"\"")
    }
}

/// How many bytes come before the first one that needs an escape.
fn clean(bytes: &[u8]) -> usize {
    let (groups, _) = bytes.as_chunks::<GROUP>();
    let groups =
        groups.iter().take_while(|group| group.iter().fold(true, |clean, &byte| clean & !is_escaped(byte)));
    let clean = groups.count() * GROUP;
    let rest = &bytes[clean..];
    clean + rest.iter().position(|&byte| is_escaped(byte)).unwrap_or(rest.len())
}

const fn is_escaped(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
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
