//! Whole request heads, as text, against the answers to them.

use http::HeaderName;
use http::header::{ALLOW, CONTENT_TYPE};

use super::*;

const GOOD: &str = "\
    Host: server.test\n\
    Upgrade: websocket\n\
    Connection: Upgrade\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n\
    Sec-WebSocket-Version: 13\n";

fn headers(text: &str) -> HeaderMap {
    let parse = |line: &str| {
        let (name, value) = line.split_once(':').unwrap();
        // `\xff` in a test stands for a byte that is no ASCII.
        let value: Vec<u8> =
            value.trim().chars().map(|c| if c.is_ascii() { c as u8 } else { 0xff }).collect();
        (HeaderName::try_from(name).unwrap(), HeaderValue::from_bytes(&value).unwrap())
    };
    text.lines().map(parse).collect()
}

fn read(method: &str, uri: &str, version: Version, text: &str) -> Result<Opening, Rejection> {
    let (method, uri, headers) = (method.parse().unwrap(), uri.parse().unwrap(), headers(text));
    Opening::read(&Head { method: &method, version, uri: &uri, headers: &headers, protocol: None })
}

fn refused(text: &str) -> Rejection {
    read("GET", "/chat", Version::HTTP_11, text).expect_err(text)
}

/// The good head with one line replaced; a new line at the end is a header more, none is a header less.
fn with(line: &str, replacement: &str) -> String {
    assert!(GOOD.contains(line));
    GOOD.replace(&format!("{line}\n"), replacement)
}

#[test]
fn a_good_request_is_accepted() {
    let opening = read("GET", "/chat?room=1", Version::HTTP_11, GOOD).unwrap();
    let response = opening.response(Some("chat.v1"));
    assert_eq!(response.status(), 101);
    assert_eq!(response.headers()["upgrade"], "websocket");
    assert_eq!(response.headers()["connection"], "Upgrade");
    assert_eq!(response.headers()["sec-websocket-accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assert_eq!(response.headers()["sec-websocket-protocol"], "chat.v1");
    assert_eq!(response.headers().len(), 4);
    assert_eq!(opening.response(None).headers().len(), 3, "no subprotocol, no header");
}

#[test]
fn what_is_legal_but_unusual_is_accepted() {
    let unusual = [
        with("Connection: Upgrade", "Connection: keep-alive, Upgrade\n"),
        with("Connection: Upgrade", "Connection: keep-alive\nConnection: UPGRADE\n"),
        with("Connection: Upgrade", "Connection: ,upgrade,,\n"),
        with("Upgrade: websocket", "Upgrade: WebSocket\n"),
        with("Upgrade: websocket", "Upgrade: h2c, websocket\n"),
        with("Upgrade: websocket", "Upgrade: h2c\nUpgrade: websocket\n"),
        with("Upgrade: websocket", "Upgrade: TLS/1.0, websocket\n"),
        with("Host: server.test", "Host: [::1]:3000\n"),
        format!("{GOOD}Content-Length: 0\n"),
        format!("{GOOD}Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\n"),
        format!("{GOOD}X-Anything: \u{e4}\n"),
    ];
    for text in unusual {
        let opening = read("GET", "/", Version::HTTP_11, &text).expect(&text);
        assert!(!opening.response(None).headers().contains_key("sec-websocket-extensions"));
    }
    read("GET", "http://server.test/chat", Version::HTTP_11, GOOD).expect("a target in absolute form");
}

#[test]
fn a_malformed_head_is_refused() {
    let cases = [
        (with("Host: server.test", ""), Reason::Host),
        (with("Host: server.test", "Host:\n"), Reason::Host),
        (with("Host: server.test", "Host: server.test\nHost: server.test\n"), Reason::Host),
        (with("Host: server.test", "Host: a b\n"), Reason::Host),
        (with("Host: server.test", "Host: user@server.test\n"), Reason::Host),
        (with("Host: server.test", "Host: http://server.test\n"), Reason::Host),
        (with("Host: server.test", "Host: \u{e4}\n"), Reason::Host),
        (format!("{GOOD}Content-Length: 5\n"), Reason::Body),
        (format!("{GOOD}Content-Length: 0\nContent-Length: 5\n"), Reason::Body),
        (format!("{GOOD}Content-Length: +0\n"), Reason::Body),
        (format!("{GOOD}Content-Length: \u{e4}\n"), Reason::Body),
        (format!("{GOOD}Transfer-Encoding: chunked\n"), Reason::Body),
        (format!("{GOOD}Transfer-Encoding: identity\n"), Reason::Body),
        (with("Upgrade: websocket", ""), Reason::NoUpgrade),
        (with("Upgrade: websocket", "Upgrade: h2c\n"), Reason::NoUpgrade),
        (with("Upgrade: websocket", "Upgrade: notwebsocket\n"), Reason::NoUpgrade),
        (with("Upgrade: websocket", "Upgrade: websocket/13\n"), Reason::NoUpgrade),
        (with("Upgrade: websocket", "Upgrade: web socket\n"), Reason::Upgrade),
        (with("Upgrade: websocket", "Upgrade: websocket/\n"), Reason::Upgrade),
        (with("Upgrade: websocket", "Upgrade: websocket, \u{e4}\n"), Reason::Upgrade),
        (with("Connection: Upgrade", ""), Reason::Connection),
        (with("Connection: Upgrade", "Connection: close\n"), Reason::Connection),
        (with("Connection: Upgrade", "Connection: no-upgrade\n"), Reason::Connection),
        (with("Connection: Upgrade", "Connection: Upgrade; x\n"), Reason::Connection),
        (with("Connection: Upgrade", "Connection: Upgrade, a b\n"), Reason::Connection),
        (with("Connection: Upgrade", "Connection: Upgrade\nConnection: \u{e4}\n"), Reason::Connection),
        (with("Sec-WebSocket-Version: 13", ""), Reason::VersionLines),
        (with("Sec-WebSocket-Version: 13", &"Sec-WebSocket-Version: 13\n".repeat(2)), Reason::VersionLines),
        (with("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8\n"), Reason::Version),
        (with("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 013\n"), Reason::Version),
        (with("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 13, 8\n"), Reason::Version),
        (with("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: \u{e4}\n"), Reason::Version),
        (with("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", ""), Reason::Key),
        (with("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Key: short\n"), Reason::Key),
        (format!("{GOOD}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n"), Reason::Key),
        (format!("{GOOD}Sec-WebSocket-Extensions: \u{e4};;;,=\n"), Reason::Extensions),
    ];
    for (text, reason) in cases {
        assert_eq!(refused(&text).reason(), reason, "{text}");
    }
}

#[test]
fn method_version_and_target_are_looked_at() {
    let cases = [
        ("POST", "/chat", Version::HTTP_11, Reason::Method),
        ("HEAD", "/chat", Version::HTTP_11, Reason::Method),
        ("CONNECT", "server.test:80", Version::HTTP_11, Reason::Method),
        ("GET", "/chat", Version::HTTP_10, Reason::HttpVersion),
        ("GET", "/chat", Version::HTTP_09, Reason::HttpVersion),
        ("GET", "*", Version::HTTP_11, Reason::Target),
        ("GET", "server.test", Version::HTTP_11, Reason::Target),
        ("GET", "http://other.test/chat", Version::HTTP_11, Reason::Target),
        ("GET", "http://user@server.test/chat", Version::HTTP_11, Reason::Target),
        ("GET", "/chat", Version::HTTP_2, Reason::Method),
    ];
    for (method, uri, version, reason) in cases {
        let rejection = read(method, uri, version, GOOD).unwrap_err();
        assert_eq!(rejection.reason(), reason, "{method} {uri} {version:?}");
    }
}

#[test]
fn the_answer_says_what_to_change() {
    let plain_get = refused("Host: server.test\n").response();
    assert_eq!(plain_get.status(), 426);
    assert_eq!(plain_get.headers()[UPGRADE], "websocket");
    assert_eq!(plain_get.headers()[CONNECTION], "upgrade, close");
    assert_eq!(plain_get.headers()[SEC_WEBSOCKET_VERSION], "13");
    assert_eq!(plain_get.headers()[CONTENT_TYPE], "text/plain; charset=utf-8");
    assert!(plain_get.body().starts_with("this is a WebSocket endpoint: "));
    assert!(plain_get.body().ends_with('\n') && plain_get.body().lines().count() == 1);

    let old = refused(&with("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8\n")).response();
    assert_eq!((old.status().as_u16(), &old.headers()[SEC_WEBSOCKET_VERSION]), (426, &"13".parse().unwrap()));

    let none = refused(&with("Sec-WebSocket-Version: 13", "")).response();
    assert_eq!(
        (none.status().as_u16(), &none.headers()[SEC_WEBSOCKET_VERSION]),
        (400, &"13".parse().unwrap())
    );
    assert_eq!(none.headers()[CONNECTION], "close");
    assert!(!none.headers().contains_key(UPGRADE));

    let post = read("POST", "/", Version::HTTP_11, GOOD).unwrap_err().response();
    assert_eq!((post.status().as_u16(), &post.headers()[ALLOW]), (405, &"GET".parse().unwrap()));
    assert_eq!(post.headers()[CONNECTION], "close");

    let over_http2 = read("GET", "/", Version::HTTP_2, GOOD).unwrap_err().response();
    assert_eq!(
        (over_http2.status().as_u16(), &over_http2.headers()[ALLOW]),
        (405, &"CONNECT".parse().unwrap())
    );
    assert!(!over_http2.headers().contains_key(CONNECTION), "HTTP/2 has no such field");
}

#[test]
fn origin_and_subprotocol_are_judged_for_an_endpoint() {
    let opening = read("GET", "/", Version::HTTP_11, GOOD).unwrap();
    let accept = |text: &str, origins: &Origins| {
        opening.accept(&headers(text), origins, &["a", "b"]).map_err(|rejection| rejection.reason())
    };
    assert_eq!(accept("", &Origins::SameHost), Ok(None));
    assert_eq!(accept("Sec-WebSocket-Protocol: b, a\n", &Origins::SameHost), Ok(Some("a")));
    assert_eq!(accept("Sec-WebSocket-Protocol: x\n", &Origins::SameHost), Ok(None));
    assert_eq!(accept("Sec-WebSocket-Protocol: b, b\n", &Origins::SameHost), Err(Reason::Subprotocol));
    assert_eq!(accept("Origin: https://server.test\n", &Origins::SameHost), Ok(None));
    assert_eq!(accept("Origin: https://other.test\n", &Origins::SameHost), Err(Reason::Origin));
    assert_eq!(accept("Origin: https://other.test\n", &Origins::Any), Ok(None));
    let rejection = opening.accept(&headers("Origin: null\n"), &Origins::SameHost, &[]).unwrap_err();
    assert_eq!(rejection.status(), 403);
}

#[test]
fn an_extended_connect_is_accepted() {
    let read = |uri: &str, text: &str, protocol: Option<&str>| {
        let (uri, headers) = (uri.parse().unwrap(), headers(text));
        let (method, version) = (&Method::CONNECT, Version::HTTP_2);
        Opening::read(&Head { method, version, uri: &uri, headers: &headers, protocol })
            .map_err(|rejection| (rejection.reason(), rejection.status().as_u16()))
    };
    const VERSION: &str = "Sec-WebSocket-Version: 13\n";
    let unreadable = format!("Host: \u{e4}\n{VERSION}");
    let body = format!("Content-Length: 5\n{VERSION}");
    let offer = format!("Sec-WebSocket-Extensions: a b\n{VERSION}");
    let opening = read("https://server.test/chat", VERSION, Some("websocket")).unwrap();
    let response = opening.response(Some("chat.v1"));
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers().len(), 1, "no Upgrade, Connection or Sec-WebSocket-Accept");
    assert_eq!(response.headers()[SEC_WEBSOCKET_PROTOCOL], "chat.v1");
    let origin = headers("Origin: https://server.test\n");
    assert_eq!(opening.accept(&origin, &Origins::SameHost, &[]).unwrap(), None);
    let origin = headers("Origin: https://other.test\n");
    assert_eq!(opening.accept(&origin, &Origins::SameHost, &[]).unwrap_err().status(), 403);

    let both = format!("Host: server.test\n{VERSION}");
    assert!(read("https://server.test/chat", &both, Some("websocket")).is_ok());
    let other = format!("Host: other.test\n{VERSION}");
    let cases = [
        ("https://server.test/chat", VERSION, None, (Reason::Protocol, 501)),
        ("https://server.test/chat", VERSION, Some("connect-udp"), (Reason::Protocol, 501)),
        ("https://server.test/chat", "", Some("websocket"), (Reason::VersionLines, 400)),
        (
            "https://server.test/chat",
            "Sec-WebSocket-Version: 12\n",
            Some("websocket"),
            (Reason::Version, 426),
        ),
        ("https://server.test/chat", other.as_str(), Some("websocket"), (Reason::Host, 400)),
        ("https://user@server.test/chat", VERSION, Some("websocket"), (Reason::Host, 400)),
        ("https://server.test/chat", unreadable.as_str(), Some("websocket"), (Reason::Host, 400)),
        ("/chat", unreadable.as_str(), Some("websocket"), (Reason::Host, 400)),
        ("/chat", VERSION, Some("websocket"), (Reason::Host, 400)),
        ("https://server.test/chat", body.as_str(), Some("websocket"), (Reason::Body, 400)),
        ("https://server.test/chat", offer.as_str(), Some("websocket"), (Reason::Extensions, 400)),
        ("server.test:443", VERSION, Some("websocket"), (Reason::Target, 400)),
    ];
    for (uri, text, protocol, expected) in cases {
        assert_eq!(read(uri, text, protocol).unwrap_err(), expected, "{uri} {text} {protocol:?}");
    }
}

#[test]
fn a_refusal_of_a_version_over_http2_names_no_upgrade() {
    let (method, version, uri) =
        (&Method::CONNECT, Version::HTTP_2, &Uri::from_static("https://server.test/"));
    let headers = headers("Sec-WebSocket-Version: 12\n");
    let head = Head { method, version, uri, headers: &headers, protocol: Some("websocket") };
    let refusal = Opening::read(&head).unwrap_err().response();
    assert_eq!(refusal.status(), 426);
    assert_eq!(refusal.headers()[SEC_WEBSOCKET_VERSION], "13");
    assert!(!refusal.headers().contains_key(UPGRADE) && !refusal.headers().contains_key(CONNECTION));
}

#[test]
fn no_byte_in_no_header_makes_it_panic() {
    // Every byte that a header value can have, as the whole value and inside each good one.
    for byte in (0..=u8::MAX).filter(|&byte| HeaderValue::from_bytes(&[byte]).is_ok()) {
        for (name, good) in
            &headers(&format!("{GOOD}Origin: https://server.test\nSec-WebSocket-Protocol: a\n"))
        {
            for position in 0..=good.len() {
                let mut value = good.as_bytes().to_vec();
                value.insert(position, byte);
                let mut headers = headers(GOOD);
                headers.insert(name, HeaderValue::from_bytes(&value).unwrap());
                let (method, version, uri) = (&Method::GET, Version::HTTP_11, &Uri::from_static("/"));
                let head = Head { method, version, uri, headers: &headers, protocol: None };
                let accepted = Opening::read(&head)
                    .and_then(|opening| opening.accept(&headers, &Origins::SameHost, &["a"]));
                if let Err(rejection) = accepted {
                    let response = rejection.response();
                    assert!((400..=426).contains(&response.status().as_u16()));
                    assert!(response.body().is_ascii());
                }
            }
        }
    }
}
