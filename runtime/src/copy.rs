//! Copies of payloads, in pieces.
//!
//! glibc copies more than 2,112 bytes by `rep movsb` where the processor says that this is fast. On AMD's Zen 3
//! and 4 it is 25 times slower than any other way if the copy begins 1 to 16 bytes further into a page than the
//! original does (measured with glibc 2.36; its bug 30994). Buffers one after the other in the heap, with a header
//! of some bytes before each payload, are often just that, and then an echo of 64 KiB costs twice as much. Shorter
//! copies are made by vector instructions, and many of them cost no more than a long one.

/// As much is copied at once.
pub(crate) const PIECE: usize = 2 * 1024;

/// Whether a copy of them is one piece.
#[inline]
pub(crate) const fn is_short(bytes: &[u8]) -> bool {
    bytes.len() <= PIECE
}

/// Adds `bytes` at the end of `to`.
#[inline]
pub(crate) fn append(to: &mut Vec<u8>, bytes: &[u8]) {
    if is_short(bytes) {
        to.extend_from_slice(bytes);
    } else {
        append_much(to, bytes);
    }
}

#[inline(never)]
fn append_much(to: &mut Vec<u8>, bytes: &[u8]) {
    to.reserve(bytes.len());
    for piece in bytes.chunks(PIECE) {
        to.extend_from_slice(piece);
    }
}

/// A copy of `bytes`, without room for more.
#[inline]
pub(crate) fn bytes(bytes: &[u8]) -> Vec<u8> {
    if is_short(bytes) { bytes.to_vec() } else { much(bytes) }
}

#[inline(never)]
fn much(bytes: &[u8]) -> Vec<u8> {
    let mut copy = Vec::with_capacity(bytes.len());
    append_much(&mut copy, bytes);
    copy
}

/// A copy of `text`, without room for more.
#[inline]
pub(crate) fn text(text: &str) -> String {
    if is_short(text.as_bytes()) { text.to_owned() } else { much_text(text) }
}

#[inline(never)]
fn much_text(text: &str) -> String {
    let (mut copy, mut rest) = (String::with_capacity(text.len()), text);
    while !rest.is_empty() {
        let (piece, behind) = split(rest);
        copy.push_str(piece);
        rest = behind;
    }
    copy
}

/// The first piece of a text, which ends between two characters, and what follows it.
fn split(text: &str) -> (&str, &str) {
    // A character has four bytes at most.
    (PIECE - 3..=PIECE).rev().find_map(|end| text.split_at_checked(end)).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_what_was_copied_whatever_its_length() {
        let original: Vec<u8> = (0..=250).cycle().take(3 * PIECE + 7).collect();
        for len in [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, original.len()] {
            let copy = bytes(&original[..len]);
            assert_eq!((&copy[..], copy.capacity()), (&original[..len], len));
            let mut behind = b"behind ".to_vec();
            append(&mut behind, &original[..len]);
            assert_eq!(behind, [b"behind ", &original[..len]].concat());
        }
    }

    #[test]
    fn a_text_is_split_between_characters() {
        for character in ["a", "\u{e4}", "\u{20ac}", "\u{1f600}"] {
            for before in 0..4 {
                for len in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE] {
                    let original = "-".repeat(before) + &character.repeat(len);
                    let copy = text(&original);
                    assert_eq!((copy.as_str(), copy.capacity()), (original.as_str(), original.len()));
                    if original.len() > PIECE {
                        let (piece, rest) = split(&original);
                        assert!(
                            (PIECE - 3..=PIECE).contains(&piece.len()) && original == piece.to_owned() + rest
                        );
                    }
                }
            }
        }
    }
}
