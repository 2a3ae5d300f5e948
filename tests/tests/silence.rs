//! A peer that falls silent is gone in its time, in whatever state it does so; with a paused clock.
//!
//! `time.rs` has the states in which nothing has happened yet.

use std::future::pending;
use std::time::Duration;

use sockpact::{CloseCode, Closed, Config, Peer, endpoint, serve_stream};
use sockpact_tests::{binary, close, continuation, frame, header, masked, ping, text};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex, split};
use tokio::time::{Instant, sleep};

/// Does what it is told.
struct Endpoint {
    clings: bool,
}

#[endpoint(text)]
impl Endpoint {
    #[on(text)]
    async fn text(&mut self, line: String, peer: &Peer) -> Option<String> {
        match line.as_str() {
            "hang" => pending().await,
            "close" => peer.close(CloseCode::NORMAL_CLOSURE, ""),
            "cling" => self.clings = true,
            "flood" => while peer.send("x".repeat(1000).into()).await.is_ok() {},
            "long" => return Some("x".repeat(1000)),
            _ => {}
        }
        None
    }

    #[on(close)]
    async fn closed(&mut self) {
        if self.clings {
            pending::<()>().await;
        }
    }
}

/// What the peer does after it has written its bytes.
#[derive(Clone, Copy, Debug)]
enum Then {
    /// Reads, and writes nothing.
    Listens,
    /// Neither reads nor writes.
    Sleeps,
    /// Reads, and writes a byte each second.
    Drips,
    /// Reads, and has shut down its write side.
    HalfCloses,
}

/// How long a connection lasts whose peer writes these bytes and then does that, in milliseconds, and its report.
async fn lasts(bytes: Vec<u8>, then: Then) -> (u128, Closed) {
    let begun = Instant::now();
    // Too small for a reply of 1,000 bytes that nobody reads.
    let (ours, theirs) = duplex(256);
    let served = tokio::spawn(serve_stream(ours, Endpoint { clings: false }, Config::default()));
    let (mut reading, mut writing) = split(theirs);
    let peer = tokio::spawn(async move {
        writing.write_all(&bytes).await.unwrap();
        match then {
            Then::HalfCloses => writing.shutdown().await.unwrap(),
            Then::Drips => {
                while writing.write_all(b"x").await.is_ok() {
                    sleep(Duration::from_secs(1)).await;
                }
            }
            Then::Listens | Then::Sleeps => {}
        }
        pending::<()>().await;
    });
    let reader = tokio::spawn(async move {
        if matches!(then, Then::Sleeps) {
            pending::<()>().await;
        }
        let mut sink = [0; 100];
        while reading.read(&mut sink).await.is_ok_and(|read| read > 0) {}
        pending::<()>().await;
    });
    let closed = served.await.unwrap();
    peer.abort();
    reader.abort();
    (begun.elapsed().as_millis(), closed)
}

#[tokio::test(start_paused = true)]
async fn a_peer_is_gone_in_its_time_in_every_state() {
    use Then::{Drips, HalfCloses, Listens, Sleeps};
    let begun_frame = |payload: &[u8]| [header(0x81, 100), masked(payload)].concat();
    let cases: Vec<(&str, Vec<u8>, Then, u128, u16)> = vec![
        // Open: 20 s to the ping, 20 s for anything.
        ("open", vec![], Listens, 40_000, 1006),
        ("open, does not read", vec![], Sleeps, 40_000, 1006),
        // Unfinished: 30 s. Then 100 ms to FIN, and 2 s of silence.
        ("one byte of a header", vec![0x81], Listens, 32_100, 1008),
        ("a header without its mask", vec![0x81, 0x85], Listens, 32_100, 1008),
        ("a frame without its end", begun_frame(b"x"), Listens, 32_100, 1008),
        ("a ping without its end", ping("there?")[..8].to_vec(), Listens, 32_100, 1008),
        ("a Close without its end", close(1000, "")[..7].to_vec(), Listens, 32_100, 1008),
        ("a message without its end", frame(1, b"x"), Listens, 32_100, 1008),
        ("the same, with a ping", [frame(1, b"x"), ping("")].concat(), Listens, 32_100, 1008),
        (
            "the same, with a fragment",
            [frame(1, b"x"), continuation(false, "y")].concat(),
            Listens,
            32_100,
            1008,
        ),
        // A peer whose Close is answered: 2 s for the end of its stream.
        ("its Close", close(1000, ""), Listens, 2_000, 1000),
        ("its Close, and then drops of data", close(1000, ""), Drips, 2_000, 1000),
        ("its Close and FIN", close(1000, ""), HalfCloses, 0, 1000),
        // The reply is stuck: 10 s without progress, or 5 s where a Close waits behind it.
        ("a reply that it does not read", text("long"), Sleeps, 10_000, 1006),
        ("its Close behind that", [text("long"), close(1000, "")].concat(), Sleeps, 5_000, 1000),
        ("a violation behind that", [text("long"), binary("x")].concat(), Sleeps, 5_000, 1006),
        // A violation: FIN after 100 ms, then 2 s of silence, or 5 s of drops after a FIN within 100 ms.
        ("a violation", binary("x"), Listens, 2_100, 1003),
        ("a violation, and then drops of data", binary("x"), Drips, 5_100, 1003),
        ("a violation, then FIN", binary("x"), HalfCloses, 0, 1003),
        // This side closes: 10 s for the peer's Close, then 2 s.
        ("asked to close", text("close"), Listens, 12_000, 1000),
        ("asked to close, then drops that are no frames", text("close"), Drips, 12_000, 1000),
        ("asked to close, then FIN", text("close"), HalfCloses, 0, 1000),
        (
            "asked to close behind a reply that it does not read",
            [text("long"), text("close")].concat(),
            Sleeps,
            10_000,
            1006,
        ),
        // A handler that never ends has 5 s after the end, whichever end that is.
        ("a handler that hangs", text("hang"), Listens, 45_000, 1006),
        ("a handler that hangs, and a Close", [text("hang"), close(1000, "")].concat(), Listens, 7_000, 1000),
        ("a handler that hangs, and a violation", [text("hang"), binary("x")].concat(), Listens, 7_100, 1003),
        ("a handler that hangs, and FIN", text("hang"), HalfCloses, 5_000, 1006),
        ("a handler that sends what nobody reads", text("flood"), Sleeps, 10_000, 1006),
        // A close handler that never ends has 10 s.
        ("a close handler that hangs", [text("cling"), close(1000, "")].concat(), HalfCloses, 10_000, 1000),
    ];
    for (what, bytes, then, expected, code) in cases {
        let (lasted, closed) = lasts(bytes, then).await;
        // Within 5 % and the clock's own grain.
        let off = expected / 20 + 10;
        assert!(
            lasted.abs_diff(expected) <= off,
            "{what}, {then:?}: {lasted} ms and not {expected}: {closed:?}"
        );
        assert_eq!(closed.code(), code, "{what}, {then:?}: {closed:?}");
    }
}
