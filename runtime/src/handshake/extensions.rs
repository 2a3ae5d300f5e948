//! Offers of extensions (RFC 6455, section 9.1). None is spoken here, but an offer that is none fails the handshake.

use http::HeaderMap;
use http::header::SEC_WEBSOCKET_EXTENSIONS;

use super::fields::{Lines, Malformed, elements, is_token};

/// Judges the offer: over all its lines at least one extension, each a name with parameters.
pub(super) fn check(headers: &HeaderMap) -> Result<(), Malformed> {
    if matches!(Lines::of(headers, &SEC_WEBSOCKET_EXTENSIONS), Lines::None) {
        return Ok(());
    }
    let mut offers = false;
    // A comma inside quotes parts nothing that is in order: what is quoted has to be a token.
    for extension in elements(headers, &SEC_WEBSOCKET_EXTENSIONS) {
        let mut parts = extension?.split(';').map(trim);
        offers = parts.next().is_some_and(is_token) && parts.all(is_parameter);
        if !offers {
            break;
        }
    }
    offers.then_some(()).ok_or(Malformed)
}

/// `token [ "=" ( token | quoted-string ) ]`, and what is quoted is a token too.
fn is_parameter(text: &str) -> bool {
    match text.split_once('=') {
        None => is_token(text),
        Some((name, value)) => is_token(trim(name)) && is_value(trim(value)),
    }
}

fn is_value(text: &str) -> bool {
    is_token(text) || unquoted(text).is_some_and(|value| is_token(&value))
}

/// What is between the quotes, without the backslashes that quote one character (RFC 9110, section 5.6.4).
fn unquoted(text: &str) -> Option<String> {
    let mut quoted = text.strip_prefix('"')?.strip_suffix('"')?.chars();
    let mut value = String::new();
    while let Some(character) = quoted.next() {
        value.push(if character == '\\' { quoted.next()? } else { character });
    }
    Some(value)
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn judged(lines: &[&[u8]]) -> bool {
        let line = |line: &&[u8]| (SEC_WEBSOCKET_EXTENSIONS, HeaderValue::from_bytes(line).unwrap());
        check(&lines.iter().map(line).collect()).is_ok()
    }

    #[test]
    fn extensions_with_and_without_parameters_are_in_order() {
        let cases: &[&[&[u8]]] = &[
            &[],
            &[b"permessage-deflate"],
            &[b"permessage-deflate; client_max_window_bits; server_max_window_bits=10"],
            &[b"a;b = c;d=\"e\" , , f"],
            &[b"a; b=\"c\\d\""],
            &[b"a", b"b; c"],
            &[b"", b"a"],
        ];
        for lines in cases {
            assert!(judged(lines), "{lines:?}");
        }
    }

    #[test]
    fn what_breaks_the_grammar_is_malformed() {
        let cases: &[&[&[u8]]] = &[
            &[b""],
            &[b" ,"],
            &[b";a"],
            &[b"a b"],
            &[b"a;"],
            &[b"a;b c"],
            &[b"a;=c"],
            &[b"a;b="],
            &[b"a;b=c d"],
            &[b"a;b=\""],
            &[b"a;b=\"\""],
            &[b"a;b=\"c"],
            &[b"a;b=c\""],
            &[b"a;b=\"c d\""],
            &[b"a;b=\"c,d\""],
            &[b"a;b=\"c\\\""],
            &[b"a;b=\"c\\\\d\""],
            &[b"a", b"b\xff"],
            &[b"a b", b"c"],
            &[b"\xff"],
        ];
        for lines in cases {
            assert!(!judged(lines), "{lines:?}");
        }
    }
}
