//! The key that the client sends, and the answer to it (RFC 6455, section 4.2.2, item 5.4).

use http::HeaderValue;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::fields::Malformed;

/// The value of `Sec-WebSocket-Accept` for this `Sec-WebSocket-Key`.
pub(super) fn accept(key: &HeaderValue) -> Result<HeaderValue, Malformed> {
    if !is_nonce(key.as_bytes()) {
        return Err(Malformed);
    }
    // Base64 is always a header value, so this does not fail.
    HeaderValue::try_from(derive_accept_key(key.as_bytes())).map_err(|_| Malformed)
}

/// Whether this is the base64 of 16 bytes: 22 digits and two of padding (section 4.2.1, item 5).
///
/// The four bits that the last digit has too many are not looked at. The key proves only that this server speaks
/// WebSocket, and clients that make it up digit by digit are common.
fn is_nonce(key: &[u8]) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    key.len() == 24 && key[..22].iter().all(is_digit) && key.ends_with(b"==")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc() {
        let accepted = accept(&HeaderValue::from_static("dGhlIHNhbXBsZSBub25jZQ=="));
        assert_eq!(accepted.unwrap(), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn only_the_base64_of_16_bytes_is_a_key() {
        let wrong: &[&[u8]] = &[
            b"",
            b"==",
            b"dGhlIHNhbXBsZSBub25jZQ",
            b"dGhlIHNhbXBsZSBub25jZQ=",
            b"dGhlIHNhbXBsZSBub25jZQ===",
            b"dGhlIHNhbXBsZSBub25jZQAA",
            b"dGhlIHNhbXBsZSBub25jZ===",
            b"dGhlIHNhbXBsZSBub25j-Q==",
            b"dGhlIHNhbXBsZSBub25j Q==",
            b"dGhlIHNhbXBsZSBub25j\xc3\xa4==",
            b"dGhlIHNhbXBsZSBub25jZXMgb2YgMTc=",
        ];
        for key in wrong {
            assert_eq!(accept(&HeaderValue::from_bytes(key).unwrap()), Err(Malformed), "{key:?}");
        }
    }
}
