//! Text judged as it arrives, beside the standard library's judgement of the whole.

use super::source::Source;
use crate::wire::utf8::Utf8;

/// How many bytes it takes to know that `text` is wrong: up to and with the first wrong one.
fn first_wrong(text: &[u8]) -> Option<usize> {
    let valid = std::str::from_utf8(text).err()?.valid_up_to();
    // No sequence is longer than four bytes, so that one of these prefixes tells, unless the text just ends.
    (valid + 1..=text.len().min(valid + 4))
        .find(|&end| std::str::from_utf8(&text[valid..end]).is_err_and(|error| error.error_len().is_some()))
}

/// The body of the target: the lengths of the parts, and a text.
pub(crate) fn utf8(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    let lengths: Vec<usize> = (0..source.byte() % 16).map(|_| source.byte().into()).collect();
    let text = source.rest();
    let wrong = first_wrong(text);

    let mut utf8 = Utf8::default();
    let mut rest = text;
    for len in lengths.into_iter().chain([usize::MAX]) {
        let (part, back) = rest.split_at(len.min(rest.len()));
        rest = back;
        let taken = text.len() - rest.len();
        let refused = utf8.push(part).is_err();
        assert_eq!(refused, wrong.is_some_and(|wrong| wrong <= taken), "{text:02x?} after {taken}");
        if refused {
            return;
        }
    }
    assert_eq!(utf8.finish().ok().as_deref(), std::str::from_utf8(text).ok());

    let mut utf8 = Utf8::default();
    let refused = text.iter().position(|byte| utf8.push(&[*byte]).is_err());
    assert_eq!(refused.map(|at| at + 1), wrong, "{text:02x?}");
}
