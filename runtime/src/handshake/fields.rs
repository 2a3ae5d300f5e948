//! Reading header fields: every line of a name, and comma-separated lists.

use http::{HeaderMap, HeaderName, HeaderValue};

/// A field that breaks its own grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// How often a field is there that may be there once.
#[derive(Debug)]
pub(super) enum Lines<'a> {
    None,
    One(&'a HeaderValue),
    Several,
}

impl<'a> Lines<'a> {
    pub(super) fn of(headers: &'a HeaderMap, name: &HeaderName) -> Self {
        let mut lines = headers.get_all(name).iter();
        match (lines.next(), lines.next()) {
            (None, _) => Self::None,
            (Some(line), None) => Self::One(line),
            (Some(_), Some(_)) => Self::Several,
        }
    }
}

/// The elements of a list field, over all its lines (RFC 9110, sections 5.3 and 5.6.1). Empty ones do not count.
pub(super) fn elements<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> impl Iterator<Item = Result<&'a str, Malformed>> {
    headers.get_all(name).iter().flat_map(|line| {
        // A line that is no visible ASCII is one malformed element.
        let (line, malformed) = match line.to_str() {
            Ok(line) => (line, None),
            Err(_) => ("", Some(Err(Malformed))),
        };
        let elements = line.split(',').map(|element| element.trim_matches([' ', '\t']));
        malformed.into_iter().chain(elements.filter(|element| !element.is_empty()).map(Ok))
    })
}

/// The elements of a list of tokens.
pub(super) fn tokens<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> impl Iterator<Item = Result<&'a str, Malformed>> {
    elements(headers, name)
        .map(|element| element.and_then(|text| is_token(text).then_some(text).ok_or(Malformed)))
}

/// Whether this is a token (RFC 9110, section 5.6.2).
pub(super) fn is_token(text: &str) -> bool {
    let is_token_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_token_byte)
}

#[cfg(test)]
mod tests {
    use http::header::CONNECTION;

    use super::*;

    fn headers(lines: &[&[u8]]) -> HeaderMap {
        lines.iter().map(|line| (CONNECTION, HeaderValue::from_bytes(line).unwrap())).collect()
    }

    /// The tokens of a list, or `None` where it is malformed.
    fn read(headers: &HeaderMap) -> Option<Vec<&str>> {
        tokens(headers, &CONNECTION).collect::<Result<_, _>>().ok()
    }

    #[test]
    fn a_list_is_read_over_all_its_lines_and_element_by_element() {
        let cases: &[(&[&[u8]], &[&str])] = &[
            (&[], &[]),
            (&[b""], &[]),
            (&[b"Upgrade"], &["Upgrade"]),
            (&[b"keep-alive, Upgrade"], &["keep-alive", "Upgrade"]),
            (&[b"keep-alive", b"Upgrade"], &["keep-alive", "Upgrade"]),
            (&[b" ,,\ta ,, b,"], &["a", "b"]),
        ];
        for (lines, expected) in cases {
            assert_eq!(read(&headers(lines)).as_deref(), Some(*expected), "{lines:?}");
        }
    }

    #[test]
    fn one_element_that_is_no_token_spoils_the_list() {
        let cases: &[&[&[u8]]] =
            &[&[b"a b"], &[b"a;q=1"], &[b"\"a\""], &[b"a", b"\xff"], &[b"\xff", b"a"], &[b"\xc3\xa4"]];
        for lines in cases {
            assert_eq!(read(&headers(lines)), None, "{lines:?}");
        }
    }
}
