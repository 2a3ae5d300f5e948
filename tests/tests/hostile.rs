//! Odd and hostile streams of frames on a raw socket, each with all that has to come back for it: the replies, one
//! Close with its code, FIN. Each arrives in three ways: in one segment with the handshake, at once behind it, and
//! byte by byte.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use sockpact::{Message, Server, endpoint};
use sockpact_tests::{
    Ending, Frame, RawPeer, binary, close, continuation, frame, header, masked, ping, text,
};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

#[endpoint(text, binary, max_text = "64 KiB", max_binary = "64 KiB")]
async fn echo(message: Message) -> Message {
    message
}

#[endpoint(text, max_text = "64 KiB")]
async fn only_text(line: String) -> String {
    line
}

/// What is sent to which path, and what has to come back.
struct Case {
    what: &'static str,
    path: &'static str,
    bytes: Vec<u8>,
    back: String,
}

#[derive(Clone, Copy, Debug)]
enum Arrival {
    GluedToTheHandshake,
    AtOnce,
    ByteByByte,
}

/// A frame in a word.
fn word(frame: &Frame) -> String {
    let payload = String::from_utf8_lossy(&frame.payload);
    match frame.opcode {
        1 => format!("text({payload})"),
        2 => format!("binary({payload})"),
        8 => frame.close().map_or("close()".into(), |(code, _)| format!("close({code})")),
        10 => format!("pong({payload})"),
        other => format!("opcode {other}"),
    }
}

async fn run(address: SocketAddr, case: &Case, arrival: Arrival, half_closes: bool) {
    let Case { what, path, bytes, back } = case;
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    let mut peer = RawPeer::new(TcpStream::connect(address).await.unwrap());
    peer.stream.set_nodelay(true).unwrap();
    if let Arrival::GluedToTheHandshake = arrival {
        peer.send(&[head.as_bytes(), bytes].concat()).await;
        assert!(peer.read_head().await.starts_with("HTTP/1.1 101 "));
    } else {
        peer.send(head.as_bytes()).await;
        assert!(peer.read_head().await.starts_with("HTTP/1.1 101 "));
        match arrival {
            Arrival::ByteByByte => {
                for byte in bytes {
                    peer.send(&[*byte]).await;
                    tokio::task::yield_now().await;
                }
            }
            _ => peer.send(bytes).await,
        }
    }
    if half_closes {
        peer.stream.shutdown().await.unwrap();
    }
    let (frames, ending) = timeout(Duration::from_secs(8), peer.read_to_end())
        .await
        .unwrap_or_else(|_| panic!("{what}, {arrival:?}: no end"));
    let got: Vec<_> = frames.iter().map(word).collect();
    assert_eq!(got.join(" "), *back, "{what}, {arrival:?}");
    assert_eq!(ending, Ending::Fin, "{what}, {arrival:?}");
}

async fn run_all(cases: Vec<Case>, half_closes: bool) {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.route("/both", echo).route("/text", only_text).run());
    let mut runs = JoinSet::new();
    for case in cases.into_iter().map(Arc::new) {
        for arrival in [Arrival::GluedToTheHandshake, Arrival::AtOnce, Arrival::ByteByByte] {
            let case = Arc::clone(&case);
            runs.spawn(async move { run(address, &case, arrival, half_closes).await });
        }
    }
    runs.join_all().await;
}

fn case(what: &'static str, bytes: &[&[u8]], back: impl Into<String>) -> Case {
    Case { what, path: "/both", bytes: bytes.concat(), back: back.into() }
}

fn to_text(what: &'static str, bytes: &[&[u8]], back: &str) -> Case {
    Case { path: "/text", ..case(what, bytes, back) }
}

/// A Close with any payload.
fn close_of(payload: &[u8]) -> Vec<u8> {
    frame(0x88, payload)
}

/// A frame whose length is written in this many bytes, whatever it needs.
fn with_length(first: u8, short: u8, extended: &[u8], payload: &[u8]) -> Vec<u8> {
    let mask = &header(0x82, 0)[2..];
    [&[first, 0x80 | short], extended, mask, &masked(payload)].concat()
}

#[tokio::test]
async fn fragments_and_what_comes_between_them() {
    let begin = frame(1, b"a");
    let begin_binary = frame(2, b"a");
    let end = continuation(true, "z");
    let bye = close(1000, "");
    run_all(
        vec![
            case(
                "pings between",
                &[&begin, &ping("1"), &ping("2"), &end, &bye],
                "pong(1) pong(2) text(az) close(1000)",
            ),
            case(
                "a pong that nobody asked for",
                &[&begin, &frame(0x8a, b"p"), &end, &bye],
                "text(az) close(1000)",
            ),
            case("a Close between", &[&begin, &bye, &end], "close(1000)"),
            case("a Close between, then a broken frame", &[&begin, &bye, &frame(0xff, b"")], "close(1000)"),
            case(
                "two Closes",
                &[&text("x"), &close(3000, "one"), &close(3001, "two")],
                "text(x) close(3000)",
            ),
            case("data and pings after the Close", &[&bye, &text("late"), &ping("late")], "close(1000)"),
            case(
                "an empty message of many frames",
                &[&frame(1, b""), &continuation(false, ""), &continuation(true, ""), &bye],
                "text() close(1000)",
            ),
            case("a continuation first", &[&end], "close(1002)"),
            case("a continuation after the end", &[&begin, &end, &end], "text(az) close(1002)"),
            case("a message inside another", &[&begin, &text("b"), &end], "close(1002)"),
            case("another kind inside", &[&begin, &binary("b"), &end], "close(1002)"),
            case("binary, then text goes on", &[&begin_binary, &frame(1, b"b")], "close(1002)"),
            case("RSV1 on a continuation", &[&begin, &frame(0xc0, b"z")], "close(1002)"),
            case("RSV3 on a ping between", &[&begin, &frame(0x99, b"")], "close(1002)"),
            case("RSV2 on a Close", &[&text("x"), &frame(0xa8, &[3, 232])], "text(x) close(1002)"),
            case("a reserved data opcode between", &[&begin, &frame(0x83, b"b"), &end], "close(1002)"),
            case("a reserved control opcode between", &[&begin, &frame(0x8b, b""), &end], "close(1002)"),
            case("a ping in fragments between", &[&begin, &frame(0x09, b"p")], "close(1002)"),
            case(
                "a violation after a valid message and a ping",
                &[&text("x"), &ping("p"), &frame(0x83, b"")],
                "text(x) pong(p) close(1002)",
            ),
            to_text("binary inside a text", &[&begin, &binary("b")], "close(1002)"),
            to_text("binary behind a text", &[&text("x"), &frame(2, b"b")], "text(x) close(1003)"),
            to_text("an empty binary", &[&binary("")], "close(1003)"),
        ],
        false,
    )
    .await;
}

#[tokio::test]
async fn closes_of_every_size_and_code() {
    let mut cases = vec![
        case("no code", &[&close_of(b"")], "close()"),
        case("1 byte", &[&close_of(&[3])], "close(1002)"),
        case("123 bytes of reason", &[&close(1000, &"r".repeat(123))], "close(1000)"),
        case(
            "124 bytes of reason",
            &[&close_of(&[&[3, 232], [b'r'; 124].as_slice()].concat())],
            "close(1002)",
        ),
        case("a reason that is not UTF-8", &[&close_of(b"\x03\xe8ab\xff")], "close(1007)"),
        case("a reason cut inside a character", &[&close_of(b"\x03\xe8\xe2\x82")], "close(1007)"),
        case("a reason with a surrogate", &[&close_of(b"\x03\xe8\xed\xa0\x80")], "close(1007)"),
        case(
            "a reason of odd but valid text",
            &[&close(1000, "\0\u{feff}\u{ffff}\u{10ffff}")],
            "close(1000)",
        ),
        case("a bad code with a bad reason", &[&close_of(b"\x03\xed\xff")], "close(1002)"),
        case("a Close whose mask is missing", &[&[0x88, 2, 3, 232]], "close(1002)"),
        case(
            "a Close with a length in 16 bits",
            &[&with_length(0x88, 126, &[0, 2], &[3, 232])],
            "close(1002)",
        ),
    ];
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 0xffff_u16] {
        cases.push(case("a code that may not be sent", &[&close_of(&code.to_be_bytes())], "close(1002)"));
    }
    for code in [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999_u16] {
        cases.push(case("a code that may", &[&close_of(&code.to_be_bytes())], format!("close({code})")));
    }
    run_all(cases, false).await;
}

#[tokio::test]
async fn lengths_and_masks() {
    let huge = |first: u8, length: u64| with_length(first, 127, &length.to_be_bytes(), b"x");
    let bye = close(1000, "");
    let zero = [&[0x81, 0x82, 0, 0, 0, 0][..], b"hi"].concat();
    run_all(
        vec![
            case("a mask of zeros", &[&zero, &bye], "text(hi) close(1000)"),
            case("a second frame without mask", &[&text("x"), &[0x81, 2, b'h', b'i']], "text(x) close(1002)"),
            case("a continuation without mask", &[&frame(1, b"a"), &[0x80, 1, b'z']], "close(1002)"),
            case("a ping without mask", &[&[0x89, 0]], "close(1002)"),
            case("0 in 16 bits", &[&with_length(0x81, 126, &[0, 0], b"")], "close(1002)"),
            case("125 in 64 bits", &[&with_length(0x81, 127, &125_u64.to_be_bytes(), b"x")], "close(1002)"),
            case(
                "65,535 in 64 bits",
                &[&with_length(0x82, 127, &65_535_u64.to_be_bytes(), b"x")],
                "close(1002)",
            ),
            case("5 in 16 bits on a ping", &[&with_length(0x89, 126, &[0, 5], b"x")], "close(1002)"),
            case("a ping of 2^63", &[&huge(0x89, 1 << 63)], "close(1002)"),
            case("2^63", &[&huge(0x82, 1 << 63)], "close(1002)"),
            case("2^64 - 1", &[&huge(0x82, u64::MAX)], "close(1002)"),
            case("2^63 - 1", &[&huge(0x82, (1 << 63) - 1)], "close(1009)"),
            case("2^32", &[&huge(0x81, 1 << 32)], "close(1009)"),
            case(
                "fragments whose sum overflows",
                &[&frame(2, b"0123456789"), &huge(0, (1 << 63) - 1)],
                "close(1009)",
            ),
            to_text("binary of 2^63", &[&huge(0x82, 1 << 63)], "close(1003)"),
            case(
                "125 bytes of ping",
                &[&ping([b'p'; 125]), &bye],
                format!("pong({}) close(1000)", "p".repeat(125)),
            ),
            case("an HTTP request instead of frames", &[b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"], "close(1002)"),
            case(
                "a ClientHello instead of frames",
                &[b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03"],
                "close(1002)",
            ),
            case("an answer's line feed", &[b"\r\n"], "close(1002)"),
        ],
        false,
    )
    .await;
}

#[tokio::test]
async fn text_across_frames() {
    let bye = close(1000, "");
    let split = |first: &[u8], second: &[u8]| {
        [frame(1, first), ping("\u{20ac}"), continuation(true, second)].concat()
    };
    run_all(
        vec![
            case(
                "a character over two frames and a ping",
                &[&split(b"\xf0\x9f", b"\x98\x80"), &bye],
                "pong(\u{20ac}) text(\u{1f600}) close(1000)",
            ),
            case(
                "an overlong form over two frames",
                &[&split(b"\xe0", b"\x80\xaf")],
                "pong(\u{20ac}) close(1007)",
            ),
            case(
                "a surrogate over two frames",
                &[&split(b"\xed", b"\xa0\x80")],
                "pong(\u{20ac}) close(1007)",
            ),
            case(
                "above U+10FFFF over two frames",
                &[&split(b"\xf4", b"\x90\x80\x80")],
                "pong(\u{20ac}) close(1007)",
            ),
            case(
                "an end inside a character, in an empty frame",
                &[&split(b"\xe2\x82", b"")],
                "pong(\u{20ac}) close(1007)",
            ),
            case(
                "a wrong byte in a frame that never ends",
                &[&header(0x81, 60_000), &masked(b"ok\xc0")],
                "close(1007)",
            ),
            case(
                "binary that is no text",
                &[&frame(2, b"\xc3"), &continuation(true, b"("), &bye],
                "binary(\u{fffd}() close(1000)",
            ),
            to_text(
                "a NUL and a byte order mark",
                &[&text("\0\u{feff}"), &bye],
                "text(\0\u{feff}) close(1000)",
            ),
            to_text(
                "the second of two is wrong",
                &[&text("one"), &text(b"tw\xff"), &text("three")],
                "text(one) close(1007)",
            ),
        ],
        false,
    )
    .await;
}

#[tokio::test]
async fn the_end_of_the_stream_anywhere() {
    let begin = frame(1, b"a");
    run_all(
        vec![
            case("nothing", &[], ""),
            case("behind a message", &[&text("x")], "text(x)"),
            case("behind a Close", &[&text("x"), &close(1000, "")], "text(x) close(1000)"),
            case("between fragments", &[&begin, &ping("p")], "pong(p)"),
            case("in a header", &[&text("x"), &[0x81]], "text(x)"),
            case("in a mask", &[&text("x"), &[0x81, 0x81, 1, 2]], "text(x)"),
            case("in a payload", &[&text("x"), &header(0x81, 100), &masked(b"abc")], "text(x)"),
            case("in a character", &[&text("x"), &header(0x81, 100), &masked(b"\xe2\x82")], "text(x)"),
            case("behind a violation", &[&text("x"), &text(b"\xff")], "text(x) close(1007)"),
            case("in a Close", &[&[0x88, 0x82, 1, 2, 3, 4, 2]], ""),
        ],
        true,
    )
    .await;
}
