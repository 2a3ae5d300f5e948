//! Deadlines, with a paused clock: a silent peer is gone in its time, whatever it is silent about.

use std::time::Duration;

use sockpact::{Cause, Closed, Config, Lost, Overflow, Peer, Violation, endpoint, serve_stream};
use sockpact_tests::{RawPeer, close, header, masked, text, told};
use tokio::io::{DuplexStream, duplex};
use tokio::task::JoinHandle;
use tokio::time::Instant;

#[endpoint(text)]
async fn echo(line: String) -> String {
    line
}

fn serve(buffer: usize, config: Config) -> (RawPeer<DuplexStream>, JoinHandle<Closed>) {
    let (ours, theirs) = duplex(buffer);
    (RawPeer::new(theirs), tokio::spawn(serve_stream(ours, echo, config)))
}

fn seconds(since: Instant) -> u64 {
    (since.elapsed() + Duration::from_millis(10)).as_secs()
}

#[tokio::test(start_paused = true)]
async fn a_silent_peer_is_pinged_and_then_lost() {
    let begun = Instant::now();
    let (mut peer, served) = serve(1024, Config::default());
    assert_eq!(peer.read_frame().await.unwrap().opcode, 9);
    assert_eq!(seconds(begun), 20);
    let closed = served.await.unwrap();
    assert_eq!(seconds(begun), 40);
    assert_eq!((closed.code(), closed.cause()), (1006, &Cause::Lost(Lost::NoPong)));
}

#[tokio::test(start_paused = true)]
async fn any_byte_is_a_sign_of_life() {
    let (mut peer, served) = serve(1024, Config::default());
    for _ in 0..10 {
        assert_eq!(peer.read_frame().await.unwrap().opcode, 9);
        tokio::time::sleep(Duration::from_secs(15)).await;
        peer.send(&text("")).await;
        assert_eq!(peer.read_text().await, "");
    }
    assert!(!served.is_finished());
}

#[tokio::test(start_paused = true)]
async fn a_message_has_to_be_finished_in_time() {
    let begun = Instant::now();
    let (mut peer, served) = serve(1024, Config::default());
    peer.send(&header(0x81, 100)).await;
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_secs(5)).await;
        // Four bytes, so that the mask begins anew.
        peer.send(&masked(b"xxxx")).await;
    }
    assert_eq!(peer.expect_close().await, 1008);
    assert_eq!(seconds(begun), 30);
    drop(peer);
    assert_eq!(served.await.unwrap().cause(), &Cause::Violation(Violation::MessageTimeout));
}

#[tokio::test(start_paused = true)]
async fn an_idle_connection_is_closed_where_that_is_asked_for() {
    let begun = Instant::now();
    let (mut peer, served) = serve(1024, Config::default().idle_timeout(Some(Duration::from_secs(5))));
    assert_eq!(peer.read_frame().await.unwrap().close().map(|(code, _)| code), Some(1001));
    assert_eq!(seconds(begun), 5);
    peer.send(&close(1001, "")).await;
    let closed = served.await.unwrap();
    assert!(closed.is_clean());
    assert_eq!(closed.cause(), &Cause::Idle);
}

#[tokio::test(start_paused = true)]
async fn a_close_that_is_not_answered_ends_all_the_same() {
    let begun = Instant::now();
    let config = Config::default().ping_interval(None).idle_timeout(Some(Duration::from_secs(5)));
    let (peer, served) = serve(1024, config);
    let closed = served.await.unwrap();
    // 5 s idle, 10 s for the peer's Close, and 2 s of silence after FIN.
    assert_eq!(seconds(begun), 17);
    assert_eq!((closed.code(), closed.is_clean()), (1001, false));
    drop(peer);
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_takes_nothing_is_lost() {
    let (mut peer, served) = serve(1024, Config::default().ping_interval(None));
    let begun = Instant::now();
    // The reply does not fit into the stream, and nobody reads it.
    peer.send(&text([b'x'; 4000])).await;
    let closed = served.await.unwrap();
    assert_eq!(seconds(begun), 10);
    assert_eq!(closed.cause(), &Cause::Lost(Lost::WriteDeadline));
}

#[tokio::test(start_paused = true)]
async fn a_failed_connection_lingers_no_longer_than_its_time() {
    // With pauses that let FIN follow the Close at once, without, and with none in which nothing is there to be read.
    for pause in [1000, 50, 1] {
        let (mut peer, served) = serve(1 << 16, Config::default());
        peer.send(&header(0x82, 1)).await;
        let begun = Instant::now();
        // It sends on and on, a byte at a time, and never closes.
        let sender = tokio::spawn(async move {
            while peer.try_send(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
            peer
        });
        let closed = served.await.unwrap();
        assert_eq!(seconds(begun), 5, "{pause}");
        assert_eq!(closed.code(), 1003);
        assert_eq!(sender.await.unwrap().expect_close().await, 1003);
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_connection_reads_no_more_than_its_bytes() {
    const BYTES: usize = 1024 * 1024;
    let (mut peer, served) = serve(1 << 16, Config::default().linger_bytes(BYTES as u64));
    peer.send(&header(0x82, 1)).await;
    let mut sent = 0;
    while sent < 16 * BYTES && peer.try_send(&[0; 4096]).await.is_ok() {
        sent += 4096;
    }
    // And what was in the stream, and one read.
    assert!((BYTES..BYTES + (3 << 16)).contains(&sent), "{sent}");
    assert_eq!(served.await.unwrap().code(), 1003);
    assert_eq!(peer.expect_close().await, 1003);
}

struct Flooder;

#[endpoint(text)]
impl Flooder {
    #[on(text)]
    async fn flood(&mut self, _: String, peer: &Peer) {
        for _ in 0..1000 {
            if peer.send("x".repeat(1000).into()).await.is_err() {
                return;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_outbox_that_overflows_closes_with_1013_where_that_is_asked_for() {
    let (ours, theirs) = duplex(1024);
    let mut peer = RawPeer::new(theirs);
    let served = tokio::spawn(serve_stream(ours, Flooder, Config::default().overflow(Overflow::Close)));
    peer.send(&text("go")).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (frames, _) = peer.read_to_end().await;
    assert_eq!(told(&frames), Some(1013));
    drop(peer);
    assert_eq!(served.await.unwrap().cause(), &Cause::Violation(Violation::OutboxOverflow));
}

#[tokio::test(start_paused = true)]
async fn a_burst_that_is_larger_than_the_outbox_closes_no_peer_that_reads() {
    let (ours, theirs) = duplex(1 << 21);
    let mut peer = RawPeer::new(theirs);
    tokio::spawn(serve_stream(ours, Flooder, Config::default().overflow(Overflow::Close)));
    peer.send(&text("go")).await;
    for _ in 0..1000 {
        assert_eq!(peer.read_text().await.len(), 1000);
    }
}

#[tokio::test(start_paused = true)]
async fn a_full_outbox_makes_its_sender_wait() {
    let (ours, theirs) = duplex(1024);
    let mut peer = RawPeer::new(theirs);
    tokio::spawn(serve_stream(ours, Flooder, Config::default()));
    peer.send(&text("go")).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    for _ in 0..1000 {
        assert_eq!(peer.read_text().await.len(), 1000);
    }
}
