//! Request heads, each with the status of its answer.

/// A head that is accepted; a case changes it.
pub(crate) const GOOD: &str = "GET /chat HTTP/1.1\r\nHost: server.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

/// The good head with another line in place of one, or without it.
pub(crate) fn with(line: &str, replacement: &str) -> Vec<u8> {
    let line = format!("{line}\r\n");
    assert!(GOOD.contains(&line), "{line}");
    let replacement = if replacement.is_empty() { String::new() } else { format!("{replacement}\r\n") };
    head(&GOOD.replacen(&line, &replacement, 1), b"")
}

/// The good head with more behind it.
pub(crate) fn and(more: impl AsRef<[u8]>) -> Vec<u8> {
    head(GOOD, more.as_ref())
}

fn head(lines: &str, more: &[u8]) -> Vec<u8> {
    let end: &[u8] = if more.is_empty() { b"\r\n" } else { b"\r\n\r\n" };
    [lines.as_bytes(), more, end].concat()
}

/// What the peer sends where it may send anything; no answer may have it.
pub(crate) const MARK: &str = "zQ9marked";

/// Each case: what it is, the head, the status.
pub(crate) fn cases() -> Vec<(&'static str, Vec<u8>, u16)> {
    let long = |length: usize| and(format!("X: {}", "y".repeat(length)));
    let many = |number: usize| and(["X: y"; 60][..number].join("\r\n"));
    let origin = |origin: &str| and(format!("Origin: {origin}"));
    let offer = |offer: &[u8]| and([b"Sec-WebSocket-Protocol: ", offer].concat());
    let extensions = |offer: &str| and(format!("Sec-WebSocket-Extensions: {offer}"));
    let key =
        |key: &str| with("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", &format!("Sec-WebSocket-Key: {key}"));
    vec![
        // Costly to read.
        ("64 headers", many(59), 101),
        ("65 headers", many(60), 431),
        ("a value of 17 KiB", long(17 * 1024), 431),
        (
            "a target of 17 KiB",
            with("GET /chat HTTP/1.1", &format!("GET /{} HTTP/1.1", "x".repeat(17 * 1024))),
            431,
        ),
        // Bytes that are no text.
        ("a subprotocol that is not ASCII", offer(b"chat.v1, \xff\xfe"), 400),
        ("a host that is not ASCII", [b"GET / HTTP/1.1\r\nHost: \xff\r\n", &and("")[20..]].concat(), 400),
        ("an origin that is not ASCII", and(b"Origin: http://\xff"), 403),
        (
            "a key that is not ASCII",
            with("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Key: \u{e4}"),
            400,
        ),
        ("another header that is not ASCII", and(b"X: \xff"), 101),
        ("a host that is no host", with("Host: server.test", "Host: a b"), 400),
        ("a host with a user", with("Host: server.test", "Host: zQ9marked@server.test"), 400),
        ("a host with a path", with("Host: server.test", "Host: server.test/zQ9marked"), 400),
        (
            "a host with a port that is no number",
            with("Host: server.test", "Host: server.test:zQ9marked"),
            400,
        ),
        // Pages of others.
        ("the same origin", origin("http://server.test"), 101),
        ("the same origin in capitals", origin("HTTP://SERVER.TEST"), 101),
        ("another origin", origin("http://zQ9marked.test"), 403),
        ("no origin to speak of", origin("null"), 403),
        ("an empty origin", origin(""), 403),
        ("an origin that begins the same", origin("http://server.test.zQ9marked"), 403),
        ("an origin that ends the same", origin("http://zQ9markedserver.test"), 403),
        ("an origin with the host as its user", origin("http://server.test@zQ9marked"), 403),
        ("an origin with a path", origin("http://server.test/zQ9marked"), 403),
        ("another port", origin("http://server.test:81"), 403),
        ("two origins", and("Origin: http://server.test\r\nOrigin: http://zQ9marked"), 403),
        ("two origins in one line", origin("http://server.test, http://zQ9marked"), 403),
        // What a proxy may see differently.
        ("a body by its length", and("Content-Length: 5"), 400),
        ("no body by its length", and("Content-Length: 0"), 101),
        ("two lengths", and("Content-Length: 0\r\nContent-Length: 5"), 400),
        ("a length that is no number", and("Content-Length: zQ9marked"), 400),
        ("a body in chunks", and("Transfer-Encoding: chunked"), 400),
        ("a body in another coding", and("Transfer-Encoding: zQ9marked"), 400),
        ("a length and chunks", and("Content-Length: 5\r\nTransfer-Encoding: chunked"), 400),
        ("two keys", and("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="), 400),
        ("no key", with("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", ""), 400),
        (
            "a short key",
            with("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Key: zQ9marked"),
            400,
        ),
        ("two versions", and("Sec-WebSocket-Version: 13"), 400),
        ("no version", with("Sec-WebSocket-Version: 13", ""), 400),
        ("version 8", with("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8"), 426),
        ("no version at all", with("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: zQ9marked"), 426),
        ("no host", with("Host: server.test", ""), 400),
        ("two hosts", and("Host: zQ9marked"), 400),
        ("a target with another host", with("GET /chat HTTP/1.1", "GET http://zQ9marked/chat HTTP/1.1"), 400),
        ("HTTP/1.0", with("GET /chat HTTP/1.1", "GET /chat HTTP/1.0"), 400),
        ("POST", with("GET /chat HTTP/1.1", "POST /chat HTTP/1.1"), 405),
        ("a method of its own", with("GET /chat HTTP/1.1", "zQ9marked /chat HTTP/1.1"), 405),
        ("no upgrade", with("Upgrade: websocket", ""), 426),
        ("an upgrade to something else", with("Upgrade: websocket", "Upgrade: zQ9marked"), 426),
        ("an upgrade that only contains the word", with("Upgrade: websocket", "Upgrade: notwebsocket"), 426),
        ("no connection option", with("Connection: Upgrade", ""), 400),
        ("an option that only contains the word", with("Connection: Upgrade", "Connection: no-upgrade"), 400),
        (
            "connection options in two lines",
            with("Connection: Upgrade", "Connection: a\r\nConnection: upgrade"),
            101,
        ),
        // Subprotocols.
        ("none that is spoken", offer(b"zQ9marked"), 101),
        ("an empty offer", offer(b""), 400),
        ("the same twice", offer(b"chat.v1, chat.v1"), 400),
        ("no token", offer(b"chat.v1, zQ9marked/1"), 400),
        // Extensions: none is spoken, but an offer has to be one (RFC 6455, section 9.1).
        ("an extension", extensions("permessage-deflate; client_max_window_bits"), 101),
        ("extensions with parameters", extensions("a; b=c;d=\"e\" , f"), 101),
        ("extensions in two lines", extensions("a\r\nSec-WebSocket-Extensions: b; c"), 101),
        ("an empty offer of extensions", extensions(""), 400),
        ("an extension without a name", extensions("; zQ9marked"), 400),
        ("an extension of two words", extensions("a zQ9marked"), 400),
        ("a parameter without a name", extensions("a; =zQ9marked"), 400),
        ("a parameter that is empty", extensions("a;"), 400),
        ("a parameter without its value", extensions("zQ9marked; b="), 400),
        ("a quoted value that is no token", extensions("a; b=\"zQ9 marked\""), 400),
        ("a quoted value that does not end", extensions("a; b=\"zQ9marked"), 400),
        ("an extension that is not ASCII", and(b"Sec-WebSocket-Extensions: a; b=\xff"), 400),
        // Odd, and in order.
        (
            "a target in absolute form",
            with("GET /chat HTTP/1.1", "GET http://server.test/chat HTTP/1.1"),
            101,
        ),
        ("an empty line before the request", [b"\r\n", and("").as_slice()].concat(), 101),
        ("one upgrade of several", with("Upgrade: websocket", "Upgrade: h2c, WebSocket"), 101),
        ("an end that is asked for as well", with("Connection: Upgrade", "Connection: close, Upgrade"), 101),
        ("an expectation", and("Expect: 100-continue"), 101),
        // Odd, and not.
        ("a target that is only a host", with("GET /chat HTTP/1.1", "GET server.test:80 HTTP/1.1"), 400),
        ("a target for the whole server", with("GET /chat HTTP/1.1", "GET * HTTP/1.1"), 400),
        ("CONNECT", with("GET /chat HTTP/1.1", "CONNECT server.test:80 HTTP/1.1"), 405),
        ("a method in small letters", with("GET /chat HTTP/1.1", "get /chat HTTP/1.1"), 405),
        ("versions in a list", with("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 13, 8"), 426),
        ("an upgrade with a version", with("Upgrade: websocket", "Upgrade: websocket/13"), 426),
        ("a quoted connection option", with("Connection: Upgrade", "Connection: \"Upgrade\""), 400),
        ("an empty host", with("Host: server.test", "Host: "), 400),
        ("no body, in other words", and("Content-Length: 00"), 400),
        ("no coding", and("Transfer-Encoding: identity"), 400),
        ("two keys in one line", key("dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ=="), 400),
        ("a key with a space", key("dGhlIHNhbXBs ZSBub25jZQ=="), 400),
        ("a key of 17 bytes", key("dGhlIHNhbXBsZSBub25jZQAA"), 400),
        ("a key for URLs", key("__79_-A_z8_P_8_f_-A_zw=="), 400),
        // What HTTP itself would not have.
        ("a NUL", and(b"X: zQ9marked\0"), 400),
        ("a lone CR", and(b"X: zQ9marked\rInjected: yes"), 400),
        ("a line feed in an offer", offer(b"zQ9marked\n Injected: yes"), 400),
        ("a folded line", and(b"X: a\r\n zQ9marked"), 400),
        ("a space before the colon", and(b"X : zQ9marked"), 400),
        ("a name with a space", and(b"zQ9 marked: x"), 400),
        ("a line without a colon", and(b"zQ9marked"), 400),
        ("another version of HTTP", with("GET /chat HTTP/1.1", "GET /chat HTTP/9.9"), 400),
        ("a ClientHello", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03zQ9marked\r\n\r\n".to_vec(), 400),
    ]
}
