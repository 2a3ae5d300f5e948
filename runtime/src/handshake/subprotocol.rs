//! Which subprotocol is spoken (RFC 6455, sections 1.9 and 4.2.2).

use std::collections::BTreeSet;

use http::HeaderMap;
use http::header::SEC_WEBSOCKET_PROTOCOL;

use super::fields::{Lines, Malformed, tokens};

/// The first of `known`, which the server likes best, that the client offers too.
///
/// Where the client offers only others, none is spoken and the handshake goes on without the header (section
/// 4.2.2, item 5.5). A browser then fails the connection by itself.
pub(super) fn choose(
    headers: &HeaderMap,
    known: &'static [&'static str],
) -> Result<Option<&'static str>, Malformed> {
    if matches!(Lines::of(headers, &SEC_WEBSOCKET_PROTOCOL), Lines::None) {
        return Ok(None);
    }
    // A set, so that an offer of thousands costs no more than its sorting.
    let mut offered = BTreeSet::new();
    for token in tokens(headers, &SEC_WEBSOCKET_PROTOCOL) {
        // The offers "MUST all be unique strings" (section 4.1, item 10).
        if !offered.insert(token?) {
            return Err(Malformed);
        }
    }
    if offered.is_empty() {
        return Err(Malformed);
    }
    Ok(known.iter().copied().find(|name| offered.contains(name)))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn chosen(lines: &[&[u8]], known: &'static [&'static str]) -> Result<Option<&'static str>, Malformed> {
        let line = |line: &&[u8]| (SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_bytes(line).unwrap());
        choose(&lines.iter().map(line).collect(), known)
    }

    #[test]
    fn the_servers_order_decides() {
        let known: &[&str] = &["chat.v2", "chat.v1"];
        let cases: &[(&[&[u8]], Option<&str>)] = &[
            (&[], None),
            (&[b"chat.v1"], Some("chat.v1")),
            (&[b"chat.v1, chat.v2"], Some("chat.v2")),
            (&[b"chat.v1", b"chat.v2"], Some("chat.v2")),
            (&[b"other"], None),
            (&[b"other,chat.v1"], Some("chat.v1")),
            (&[b"CHAT.V1"], None),
            (&[b"chat.v1.1"], None),
            (&[b"chat"], None),
        ];
        for (lines, expected) in cases {
            assert_eq!(chosen(lines, known), Ok(*expected), "{lines:?}");
            assert_eq!(chosen(lines, &[]), Ok(None), "{lines:?}");
        }
    }

    #[test]
    fn a_malformed_offer_is_refused_even_where_nothing_is_spoken() {
        let cases: &[&[&[u8]]] = &[
            &[b""],
            &[b","],
            &[b"a b"],
            &[b"chat.v1, a/b"],
            &[b"chat.v1, chat.v1"],
            &[b"chat.v1", b"chat.v1"],
            &[b"chat.v1", b"\xff\xfe"],
            &[b"\x80"],
        ];
        for lines in cases {
            assert_eq!(chosen(lines, &["chat.v1"]), Err(Malformed), "{lines:?}");
            assert_eq!(chosen(lines, &[]), Err(Malformed), "{lines:?}");
        }
    }

    #[test]
    fn a_huge_offer_is_read_in_time() {
        let offer: Vec<String> = (0..50_000).map(|number| format!("p{number}")).collect();
        let offer = offer.join(",");
        let begun = std::time::Instant::now();
        assert_eq!(chosen(&[offer.as_bytes()], &["p49999"]), Ok(Some("p49999")));
        assert!(begun.elapsed().as_secs() < 2);
    }
}
