//! Odd and hostile streams of frames on a raw socket, each with all that has to come back for it: the replies, one
//! Close with its code, FIN. Each arrives in three ways: in one segment with the handshake, at once behind it, and
//! byte by byte.

mod closes;
mod frames;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use sockpact::{CloseCode, Message, Peer, Server, endpoint};
use sockpact_tests::{Ending, Frame, RawPeer, header, masked};
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

/// Closes at the first word.
#[derive(Clone)]
struct Leaves;

#[endpoint(text)]
impl Leaves {
    #[on(text)]
    async fn leave(&mut self, _: String, peer: &Peer) {
        peer.close(CloseCode::TRY_AGAIN_LATER, "as asked");
    }
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
    tokio::spawn(server.route("/both", echo).route("/text", only_text).route("/leaves", Leaves).run());
    let mut runs = JoinSet::new();
    for case in cases.into_iter().map(Arc::new) {
        for arrival in [Arrival::GluedToTheHandshake, Arrival::AtOnce, Arrival::ByteByByte] {
            // Byte by byte, a large one takes longer than the server lingers.
            if case.bytes.len() > 1000 && matches!(arrival, Arrival::ByteByByte) {
                continue;
            }
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
    sockpact_tests::frame(0x88, payload)
}

/// A frame whose length is written in this many bytes, whatever it needs.
fn with_length(first: u8, short: u8, extended: &[u8], payload: &[u8]) -> Vec<u8> {
    let mask = &header(0x82, 0)[2..];
    [&[first, 0x80 | short], extended, mask, &masked(payload)].concat()
}
