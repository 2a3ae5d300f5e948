//! Request heads on raw sockets: each malformed one is refused with its status, and answered with nothing that was
//! in it; no byte in any header brings a panic about.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sockpact::{Server, endpoint};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

#[endpoint(text, subprotocols = ["chat.v2", "chat.v1"])]
async fn echo(line: String) -> String {
    line
}

async fn start() -> SocketAddr {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(echo));
    address
}

/// A head that is accepted; a case changes it.
const GOOD: &str = "GET /chat HTTP/1.1\r\nHost: server.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

/// The good head with another line in place of one, or without it.
fn with(line: &str, replacement: &str) -> Vec<u8> {
    let line = format!("{line}\r\n");
    assert!(GOOD.contains(&line), "{line}");
    let replacement = if replacement.is_empty() { String::new() } else { format!("{replacement}\r\n") };
    head(&GOOD.replacen(&line, &replacement, 1), b"")
}

/// The good head with more behind it.
fn and(more: impl AsRef<[u8]>) -> Vec<u8> {
    head(GOOD, more.as_ref())
}

fn head(lines: &str, more: &[u8]) -> Vec<u8> {
    let end: &[u8] = if more.is_empty() { b"\r\n" } else { b"\r\n\r\n" };
    [lines.as_bytes(), more, end].concat()
}

/// The head of the answer, and the body where there is one.
async fn answer(address: SocketAddr, request: &[u8]) -> String {
    let exchange = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request).await.unwrap();
        let mut answer = Vec::new();
        loop {
            // Behind an acceptance frames may follow, and it has no end.
            if answer.starts_with(b"HTTP/1.1 101 ")
                && let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n")
            {
                answer.truncate(end + 4);
                return answer;
            }
            if stream.read_buf(&mut answer).await.expect("FIN and not RST") == 0 {
                return answer;
            }
        }
    };
    let answer = timeout(Duration::from_secs(10), exchange).await.expect("an answer in time");
    String::from_utf8(answer).expect("an answer in ASCII")
}

fn status(answer: &str) -> u16 {
    answer.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)?.parse().ok()).unwrap_or(0)
}

/// What the peer sends where it may send anything; no answer may have it.
const MARK: &str = "zQ9marked";

/// Each case: what it is, the head, the status.
fn cases() -> Vec<(&'static str, Vec<u8>, u16)> {
    let long = |length: usize| and(format!("X: {}", "y".repeat(length)));
    let many = |number: usize| and(["X: y"; 60][..number].join("\r\n"));
    let origin = |origin: &str| and(format!("Origin: {origin}"));
    let offer = |offer: &[u8]| and([b"Sec-WebSocket-Protocol: ", offer].concat());
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

#[tokio::test]
async fn each_malformed_head_has_its_status_and_no_echo() {
    let address = start().await;
    for (what, request, expected) in cases() {
        let answer = answer(address, &request).await;
        assert_eq!(status(&answer), expected, "{what}: {answer}");
        assert!(!answer.contains(MARK) && !answer.contains("njected"), "{what}: {answer}");
        let lower = answer.to_ascii_lowercase();
        let named = lower.contains("\r\nsec-websocket-protocol:");
        assert!(!named, "{what}: no subprotocol was agreed on: {answer}");
        if expected != 101 {
            assert!(
                lower.contains("\r\nconnection: close\r\n") || lower.contains("upgrade, close\r\n"),
                "{what}: {answer}"
            );
        }
        if expected == 426 {
            assert!(lower.contains("\r\nsec-websocket-version: 13\r\n"), "{what}: {answer}");
        }
    }
}

#[tokio::test]
async fn a_subprotocol_is_chosen_in_the_order_of_the_server() {
    let address = start().await;
    for (offer, chosen) in [
        ("chat.v1", "chat.v1"),
        ("chat.v1, x, chat.v2", "chat.v2"),
        ("x\r\nSec-WebSocket-Protocol: chat.v1", "chat.v1"),
    ] {
        let answer =
            answer(address, &and(format!("Sec-WebSocket-Protocol: {offer}"))).await.to_ascii_lowercase();
        assert!(answer.contains(&format!("\r\nsec-websocket-protocol: {chosen}\r\n")), "{offer}: {answer}");
    }
}

#[tokio::test]
async fn nothing_behind_a_refusal_is_read_as_a_request() {
    let address = start().await;
    let refused = with("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8");
    let answer = answer(address, &[refused, and("")].concat()).await;
    assert_eq!((status(&answer), answer.matches("HTTP/1.1 ").count()), (426, 1), "{answer}");
}

static PANICS: AtomicUsize = AtomicUsize::new(0);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_byte_in_any_header_panics() {
    // A panic of a connection's task is seen nowhere else.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        PANICS.fetch_add(1, Ordering::SeqCst);
        hook(panic);
    }));
    let address = start().await;
    let lines: Vec<&str> = GOOD
        .lines()
        .skip(1)
        .chain(["Origin: http://server.test", "Sec-WebSocket-Protocol: chat.v1"])
        .collect();
    let mut answers = HashMap::new();
    for (place, line) in lines.iter().enumerate() {
        let (name, value) = line.split_once(": ").unwrap();
        for byte in 0..=u8::MAX {
            // Alone, in front, in the middle, at the end, and in the name.
            let (front, back) = value.split_at(value.len() / 2);
            let variants = [
                [format!("{name}: ").as_bytes(), &[byte]].concat(),
                [format!("{name}: ").as_bytes(), &[byte], value.as_bytes()].concat(),
                [format!("{name}: {front}").as_bytes(), &[byte], back.as_bytes()].concat(),
                [format!("{name}: {value}").as_bytes(), &[byte]].concat(),
                [&[byte], line.as_bytes()].concat(),
            ];
            let requests = variants.into_iter().map(|variant| {
                let mut request = b"GET /chat HTTP/1.1\r\n".to_vec();
                for (other, line) in lines.iter().enumerate() {
                    request.extend_from_slice(if other == place { &variant } else { line.as_bytes() });
                    request.extend_from_slice(b"\r\n");
                }
                tokio::spawn(async move { answer(address, &[request.as_slice(), b"\r\n"].concat()).await })
            });
            for answer in requests.collect::<Vec<_>>() {
                let answer = answer.await.unwrap();
                *answers.entry(status(&answer)).or_insert(0) += 1;
                assert!(!answer.contains("panic"), "{answer}");
            }
        }
    }
    assert_eq!(PANICS.load(Ordering::SeqCst), 0);
    // Each was answered, and neither all of them were refused nor accepted.
    assert!(answers.keys().all(|status| matches!(status, 101 | 400 | 403 | 426)), "{answers:?}");
    assert!(answers[&101] > 100 && answers[&400] > 1000, "{answers:?}");
}
