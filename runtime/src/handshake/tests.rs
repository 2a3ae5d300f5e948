//! What a connection keeps of its request.

use super::*;

#[test]
#[cfg(feature = "service")]
fn a_target_that_cannot_be_read_again_stays() {
    // The longest that `http` reads.
    let uri: Uri = format!("http://{}", "a".repeat(65_534 - 7)).parse().unwrap();
    assert!(uri.to_string().parse::<Uri>().is_err(), "as text it has a slash, which is one byte too many");
    let mut handshake = Handshake { uri: uri.clone(), ..Handshake::default() };
    handshake.detach();
    assert!(handshake.uri == uri);
}

#[test]
fn no_secret_is_in_its_debug_text() {
    let mut headers = HeaderMap::new();
    headers.insert("cookie", "secret".parse().unwrap());
    let uri = Uri::from_static("/chat?token=secret");
    let text =
        format!("{:?}", Handshake { uri, headers, subprotocol: Some("chat.v1"), ..Handshake::default() });
    assert!(text.contains("/chat") && text.contains("chat.v1"), "{text}");
    assert!(!text.contains("secret") && !text.contains("cookie"), "{text}");
}
