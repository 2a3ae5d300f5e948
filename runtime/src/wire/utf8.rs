//! UTF-8 judged as it arrives (RFC 6455, section 8.1).

/// A text that is not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Invalid;

/// A text of which parts have arrived.
///
/// What was judged once is kept as `str`, so that the whole need not be judged again.
#[derive(Debug, Default)]
pub(super) struct Utf8 {
    /// The text up to its last whole sequence. It grows with what arrives.
    text: String,
    /// The bytes of a sequence that is unfinished. Four is the longest, and one of four is not unfinished any
    /// more.
    bytes: [u8; 4],
    /// How many of them there are.
    len: u8,
}

impl Utf8 {
    /// Adds the next part: fails if one of its bytes cannot continue a valid sequence.
    pub(super) fn push(&mut self, mut part: &[u8]) -> Result<(), Invalid> {
        while self.len > 0 {
            let Some((&byte, rest)) = part.split_first() else {
                return Ok(());
            };
            self.push_byte(byte)?;
            part = rest;
        }
        // simdutf8's fast flavour does not tell an unfinished sequence from a wrong one, so that it gets what
        // lies before the last sequence if that is unfinished.
        let (whole, unfinished) = part.split_at(part.len() - unfinished_suffix(part));
        self.text.push_str(simdutf8::basic::from_utf8(whole).map_err(|_| Invalid)?);
        unfinished.iter().try_for_each(|&byte| self.push_byte(byte))
    }

    /// The text, now that it ends: fails inside a sequence.
    pub(super) fn finish(self) -> Result<String, Invalid> {
        if self.len == 0 { Ok(self.text) } else { Err(Invalid) }
    }

    /// Adds one byte to the sequence.
    fn push_byte(&mut self, byte: u8) -> Result<(), Invalid> {
        let len = usize::from(self.len);
        self.bytes[len] = byte;
        match std::str::from_utf8(&self.bytes[..=len]) {
            Ok(sequence) => {
                self.text.push_str(sequence);
                self.len = 0;
            }
            // The standard library promises to tell the two apart: without `error_len` the bytes are the
            // beginning of a valid sequence.
            Err(error) if error.error_len().is_none() => self.len += 1,
            Err(_) => return Err(Invalid),
        }
        Ok(())
    }

    /// How much heap memory it owns.
    #[cfg(any(test, fuzzing))]
    pub(super) const fn capacity(&self) -> usize {
        self.text.capacity()
    }
}

/// How many bytes at the end of `part` begin a sequence that needs more bytes than follow.
fn unfinished_suffix(part: &[u8]) -> usize {
    for (back, &byte) in part.iter().rev().take(3).enumerate() {
        let needed = match byte {
            0x80..=0xbf => continue,
            0x00..=0x7f => 1,
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xff => 4,
        };
        return if needed > back + 1 { back + 1 } else { 0 };
    }
    0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Invalid, Utf8};

    /// How many bytes the standard library would take before it knows: up to and with the first wrong byte.
    fn first_wrong(text: &[u8]) -> Option<usize> {
        // A prefix is wrong for certain as soon as an `error_len` says so.
        (1..=text.len())
            .find(|&end| std::str::from_utf8(&text[..end]).is_err_and(|error| error.error_len().is_some()))
    }

    /// Feeds byte by byte; the number of bytes after which it was refused.
    fn refused_after(text: &[u8]) -> Option<usize> {
        let mut utf8 = Utf8::default();
        (1..=text.len()).find(|&end| utf8.push(&text[end - 1..end]).is_err())
    }

    /// The first and last characters of each length, and those around the surrogates.
    const BOUNDARIES: &[char] = &[
        '\0',
        '\u{7f}',
        '\u{80}',
        '\u{7ff}',
        '\u{800}',
        '\u{d7ff}',
        '\u{e000}',
        '\u{ffff}',
        '\u{10000}',
        '\u{10ffff}',
    ];

    /// Bytes that are nearly UTF-8: characters of each length, with damage.
    fn nearly_utf8() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            8 => any::<char>().prop_map(|c| c.to_string().into_bytes()),
            4 => "[a-z]{0,80}".prop_map(String::into_bytes),
            2 => prop::sample::select(BOUNDARIES).prop_map(|c| c.to_string().into_bytes()),
            1 => proptest::collection::vec(0x80_u8.., 1..4),
            1 => (any::<char>(), 1_usize..4).prop_map(|(c, cut)| {
                let mut bytes = c.to_string().into_bytes();
                bytes.truncate(cut);
                bytes
            }),
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4_000) })]

        #[test]
        fn equals_the_standard_library_at_any_split(
            text in nearly_utf8(),
            splits in proptest::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let mut ends: Vec<usize> = splits.iter().map(|split| split.index(text.len() + 1)).collect();
            ends.push(text.len());
            ends.sort_unstable();
            let mut utf8 = Utf8::default();
            let mut start = 0;
            for end in ends {
                // Each part is refused exactly when a wrong byte is among the bytes so far.
                let wrong = first_wrong(&text[..end]).is_some();
                prop_assert_eq!(utf8.push(&text[start..end]).is_err(), wrong);
                if wrong {
                    return Ok(());
                }
                start = end;
            }
            prop_assert_eq!(utf8.finish().ok(), String::from_utf8(text).ok());
        }

        #[test]
        fn refuses_at_the_first_wrong_byte(text in nearly_utf8()) {
            prop_assert_eq!(refused_after(&text), first_wrong(&text));
        }
    }

    #[test]
    fn refuses_every_two_byte_prefix_that_the_standard_library_does() {
        for first in 0..=u8::MAX {
            for second in 0..=u8::MAX {
                let text = [first, second, 0x80, 0x80];
                assert_eq!(refused_after(&text), first_wrong(&text), "{text:02x?}");
            }
        }
    }

    #[test]
    fn a_text_must_not_end_inside_a_sequence() {
        for cut in 1..4 {
            let mut utf8 = Utf8::default();
            assert_eq!(utf8.push(&"\u{1f980}".as_bytes()[..cut]), Ok(()));
            assert_eq!(utf8.push(b""), Ok(()));
            assert_eq!(utf8.finish(), Err(Invalid));
        }
    }
}
