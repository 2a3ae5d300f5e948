//! UTF-8 judged as it arrives (RFC 6455, section 8.1).

use bytes::buf::Limit;

use super::{growth, mask};
use crate::copy;

/// A text that is not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Invalid;

/// A text of which parts have arrived.
///
/// Each byte is judged once: what was found valid is not looked at again.
#[derive(Debug, Default)]
pub(super) struct Utf8 {
    /// The text so far. It grows with what arrives.
    bytes: Vec<u8>,
    /// Up to here it is valid and ends between two characters.
    valid: usize,
}

impl Utf8 {
    /// Adds the next part: fails if one of its bytes cannot continue a valid text.
    pub(super) fn push(&mut self, part: &[u8]) -> Result<(), Invalid> {
        copy::append(&mut self.bytes, part);
        self.judge()
    }

    /// Reserves memory for the next parts.
    pub(super) fn reserve(&mut self, additional: usize) {
        self.bytes.reserve(additional);
    }

    /// Where the next `remaining` bytes may be read to instead, or some of them; then [`take_read`](Self::take_read) is
    /// due.
    pub(super) fn space(&mut self, remaining: usize) -> Limit<&mut Vec<u8>> {
        growth::space(&mut self.bytes, remaining)
    }

    /// Takes what was read to [`space`](Self::space): its last `len` bytes, masked with `key`.
    pub(super) fn take_read(&mut self, len: usize, key: Option<[u8; 4]>) -> Result<(), Invalid> {
        mask::unmask_end(&mut self.bytes, len, key);
        self.judge()
    }

    /// Judges what was added: fails if one of its bytes cannot continue a valid text.
    fn judge(&mut self) -> Result<(), Invalid> {
        // simdutf8's fast flavour does not tell an unfinished sequence from a wrong one, so that it gets what
        // lies before the last sequence if that is unfinished.
        let added = &self.bytes[self.valid..];
        let (whole, unfinished) = added.split_at(added.len() - unfinished_suffix(added));
        simdutf8::basic::from_utf8(whole).map_err(|_| Invalid)?;
        // The standard library promises to tell the two apart: with an `error_len` no byte can mend it.
        if std::str::from_utf8(unfinished).is_err_and(|error| error.error_len().is_some()) {
            return Err(Invalid);
        }
        self.valid += whole.len();
        Ok(())
    }

    /// The text, now that it ends: fails inside a sequence.
    pub(super) fn finish(self) -> Result<String, Invalid> {
        if self.valid < self.bytes.len() {
            return Err(Invalid);
        }
        #[expect(
            unsafe_code,
            reason = "a second validation costs as much as all else that is done for a long text, \
                      and a `String` cannot be read into"
        )]
        // SAFETY: `judge` has found `bytes[..valid]` to be UTF-8, and `valid` is their length. Bytes are only
        // added behind them: by `push`, and by the reads that `space` is for, which `wire` hands out as a `BufMut`
        // alone.
        let text = unsafe { String::from_utf8_unchecked(self.bytes) };
        Ok(text)
    }

    /// How many bytes of it have arrived.
    pub(super) const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// How much heap memory it owns.
    #[cfg(any(test, fuzzing))]
    pub(super) const fn capacity(&self) -> usize {
        self.bytes.capacity()
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
