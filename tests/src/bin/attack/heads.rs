//! Request heads that are meant to cost much.

use std::io;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use sockpact::endpoint;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

use crate::poll_time::processor_time;
use crate::report::Report;

/// The most that the server takes.
const SIZE: usize = 16 * 1024;
const HEADERS: usize = 64;
const ROUNDS: usize = 30;

const GOOD: &str = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

#[endpoint(text, subprotocols = ["chat.v1"])]
async fn echo(line: String) -> String {
    line
}

/// The good head with one header more, whose value is this over and over, and of the full size.
fn filled(name: &str, element: &str) -> Vec<u8> {
    let room = SIZE - GOOD.len() - name.len() - 8;
    format!("{GOOD}{name}: {}\r\n\r\n", element.repeat(room / element.len())).into_bytes()
}

/// As many headers of this name as are allowed, and of the full size together.
fn many(name: impl Fn(usize) -> String, value: &str) -> Vec<u8> {
    let more = HEADERS - 5;
    let room = (SIZE - GOOD.len() - 4) / more;
    let lines = (0..more).map(|number| {
        let start = format!("{}: ", name(number));
        format!("{start}{}\r\n", value.repeat(room.saturating_sub(start.len() + 2) / value.len()))
    });
    format!("{GOOD}{}\r\n", lines.collect::<String>()).into_bytes()
}

fn heads() -> Vec<(&'static str, Vec<u8>)> {
    let target = format!("GET /{} HTTP/1.1", "%41?".repeat((SIZE - GOOD.len()) / 4));
    vec![
        ("different subprotocols", {
            let names: String = (0..2400).map(|number| format!("p{number},")).collect();
            format!("{GOOD}Sec-WebSocket-Protocol: {names}x\r\n\r\n").into_bytes()
        }),
        ("the same subprotocol", filled("Sec-WebSocket-Protocol", "a,")),
        ("commas of subprotocols", filled("Sec-WebSocket-Protocol", ",")),
        ("extensions", filled("Sec-WebSocket-Extensions", "permessage-deflate;a=1,")),
        ("connection options", filled("Connection", "a, ")),
        ("upgrades", filled("Upgrade", "a/1, ")),
        ("one long origin", filled("Origin", "a.")),
        ("one long value", filled("X", "y")),
        ("bytes that are not ASCII", filled("X", "\u{e4}")),
        ("64 different headers", many(|number| format!("x-{number}"), "y")),
        ("64 times one header", many(|_| "x".to_owned(), "y")),
        ("64 lines of subprotocols", many(|_| "Sec-WebSocket-Protocol".to_owned(), "a,")),
        ("a long target", format!("{}\r\n", GOOD.replacen("GET / HTTP/1.1", &target, 1)).into_bytes()),
        ("no end", [GOOD.as_bytes(), &[b'x'; SIZE]].concat()),
    ]
}

/// The time on the processor that one head takes from its first byte to the answer: the fastest of several rounds,
/// since others only ever add to it. It comes in pieces of this many bytes.
async fn cost(head: &[u8], piece: usize) -> io::Result<(Duration, String)> {
    let (mut fastest, mut status) = (Duration::MAX, String::new());
    for _ in 0..ROUNDS {
        let (ours, mut theirs) = duplex(4 * SIZE);
        let begun = processor_time();
        let service = TowerToHyperService::new(sockpact::service(echo));
        let server = async {
            let mut builder = http1::Builder::new();
            builder.max_headers(HEADERS).max_header_size(SIZE).max_buf_size(SIZE);
            let _ = builder.serve_connection(TokioIo::new(ours), service).with_upgrades().await;
        };
        let client = async {
            let mut answer = Vec::new();
            for piece in head.chunks(piece) {
                if theirs.write_all(piece).await.is_err() {
                    break;
                }
                tokio::task::yield_now().await;
            }
            // The end of the stream would spare the server its answer.
            while !answer.ends_with(b"\r\n\r\n") && theirs.read_buf(&mut answer).await? > 0 {}
            io::Result::Ok(answer)
        };
        let answer = tokio::join!(server, client).1?;
        fastest = fastest.min(processor_time() - begun);
        // What is behind `HTTP/1.1 `.
        status = answer.get(9..12).map(String::from_utf8_lossy).unwrap_or_default().into_owned();
    }
    Ok((fastest, status))
}

pub(crate) fn run(report: &mut Report) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for (what, head) in heads() {
        for (piece, how) in [(usize::MAX, "at once"), (64, "in pieces of 64")] {
            let (took, status) = runtime.block_on(cost(&head, piece))?;
            let what = format!("{} bytes of {what}, {how}, answered with {status}", head.len());
            report.within(&what, took, Duration::from_millis(1));
        }
    }
    Ok(())
}
