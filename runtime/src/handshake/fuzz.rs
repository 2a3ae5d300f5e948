//! The body of the fuzz target that judges request heads.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use http::header::{
    CONNECTION, CONTENT_LENGTH, HOST, ORIGIN, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, Version};

use super::opening::{Head, Opening};
use super::{Handshake, Origins, Rejection};

/// The headers that are looked at; a first byte names one.
const NAMES: [HeaderName; 9] = [
    HOST,
    UPGRADE,
    CONNECTION,
    SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_VERSION,
    SEC_WEBSOCKET_PROTOCOL,
    ORIGIN,
    CONTENT_LENGTH,
    TRANSFER_ENCODING,
];

/// A request head from lines: a byte of choices, the target, `:protocol`, and a header in each line after them.
/// `None` where HTTP itself would not have it.
fn read(bytes: &[u8]) -> Option<(u8, Uri, Option<String>, HeaderMap)> {
    let (choices, lines) = bytes.split_first()?;
    let mut lines = lines.split(|byte| *byte == b'\n');
    let uri = Uri::try_from(lines.next()?).ok()?;
    let protocol = lines.next().map(|line| String::from_utf8_lossy(line).into_owned());
    let mut headers = HeaderMap::new();
    for line in lines {
        let Some((name, value)) = line.split_first() else { continue };
        let name = NAMES[usize::from(*name) % NAMES.len()].clone();
        headers.append(name, HeaderValue::from_bytes(value).ok()?);
    }
    Some((*choices, uri, protocol, headers))
}

/// A refusal is an HTTP answer of its own, whatever was sent.
fn check_refusal(rejection: &Rejection) {
    let response = rejection.response();
    assert!(response.status().is_client_error() || response.status().is_server_error());
    assert!(response.body().is_ascii() && response.body().len() < 200);
    assert!(response.headers().len() <= 5);
}

/// The body of the target.
pub(crate) fn handshake(bytes: &[u8]) {
    let Some((choices, uri, protocol, headers)) = read(bytes) else { return };
    let version =
        [Version::HTTP_11, Version::HTTP_2, Version::HTTP_10, Version::HTTP_3][usize::from(choices & 3)];
    let method =
        [Method::GET, Method::CONNECT, Method::POST, Method::HEAD][usize::from(choices >> 2 & 3)].clone();
    let head = Head { method: &method, version, uri: &uri, headers: &headers, protocol: protocol.as_deref() };
    let opening = match Opening::read(&head) {
        Ok(opening) => opening,
        Err(rejection) => return check_refusal(&rejection),
    };
    let one = |name: &HeaderName| headers.get_all(name).iter().count() == 1;
    assert_eq!(headers.get(SEC_WEBSOCKET_VERSION).unwrap(), "13");
    assert!(one(&SEC_WEBSOCKET_VERSION) && !headers.contains_key(TRANSFER_ENCODING));
    assert!(headers.get_all(CONTENT_LENGTH).iter().all(|length| length == "0"));
    let status = if version == Version::HTTP_11 {
        assert_eq!(method, Method::GET);
        assert!(one(&HOST) && one(&SEC_WEBSOCKET_KEY));
        101
    } else {
        assert_eq!(method, Method::CONNECT);
        200
    };
    match opening.accept(&headers, &Origins::SameHost, &["chat.v2", "chat.v1"]) {
        Ok(subprotocol) => {
            assert!(headers.get_all(ORIGIN).iter().count() <= 1);
            assert!(subprotocol.is_none_or(|name| name == "chat.v1" || name == "chat.v2"));
            assert_eq!(opening.response(subprotocol).status(), status);
        }
        Err(rejection) => check_refusal(&rejection),
    }
    let mut copy = Handshake { uri: uri.clone(), headers: headers.clone(), ..Handshake::default() };
    copy.detach();
    assert_eq!((copy.uri, copy.headers), (uri, headers));
}
