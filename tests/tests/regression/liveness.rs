//! A peer is not blamed for what this side has not read, and no deadline is too long for the clock.

use std::time::Duration;

use sockpact::{Cause, Config, Violation};
use sockpact_tests::{RawPeer, frame, header, ping, text};
use tokio::io::{AsyncWriteExt, DuplexStream, split};
use tokio::time::{sleep, timeout};

use crate::support::{Echo, SlowStart, comes, ended, serve, violation};

/// One message for a handler, and just what is read ahead of it: 64 KiB.
const READ_AHEAD: usize = 1 + 16;

fn messages(number: usize) -> Vec<u8> {
    text([b'x'; 4096]).repeat(number)
}

/// Reads the replies to `messages` messages, and answers each ping.
async fn read_replies(peer: &mut RawPeer<DuplexStream>, messages: usize) {
    let mut replies = 0;
    while replies < messages {
        let frame = peer.read_frame().await.unwrap();
        match frame.opcode {
            1 => replies += 1,
            9 => peer.send(&[0x8a, 0x80, 0, 0, 0, 0]).await,
            10 => {}
            _ => panic!("{frame:?} after {replies} replies"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_is_not_lost_while_nobody_reads_it() {
    let (mut peer, _served) = serve(1 << 20, SlowStart::new(45), Config::default());
    peer.send(&messages(40)).await;
    // It answers the pings, but the pongs wait behind the messages.
    read_replies(&mut peer, 40).await;
}

#[tokio::test(start_paused = true)]
async fn the_time_of_a_message_begins_when_it_is_read() {
    let (peer, _served) = serve(4096, SlowStart::new(35), Config::default().ping_interval(None));
    let bytes = [messages(READ_AHEAD), text([b'y'; 100_000])].concat();
    let (reading, mut writing) = split(peer.stream);
    let writer = tokio::spawn(async move {
        writing.write_all(&bytes).await.unwrap();
        writing
    });
    // The last message has come in part, and waits for longer than the 30 s that it may take.
    sleep(Duration::from_secs(35)).await;
    let mut peer = RawPeer::new(tokio::io::join(reading, tokio::io::sink()));
    for _ in 0..READ_AHEAD {
        assert_eq!(peer.read_text().await.len(), 4096);
    }
    assert_eq!(peer.read_text().await.len(), 100_000);
    comes(writer).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn pings_that_come_at_once_since_nobody_read_them_are_no_flood() {
    let (mut peer, _served) = serve(1 << 20, SlowStart::new(15), Config::default());
    peer.send(&messages(40)).await;
    // Ten in a second, where twenty are allowed.
    for _ in 0..140 {
        peer.send(&ping("")).await;
        sleep(Duration::from_millis(100)).await;
    }
    read_replies(&mut peer, 40).await;
    peer.send(&text("still there")).await;
    read_replies(&mut peer, 1).await;
}

#[tokio::test(start_paused = true)]
async fn no_duration_is_too_long() {
    const FOR_EVER: Duration = Duration::MAX;
    let configs = [
        ("closing_handshake", Config::default().closing_handshake(FOR_EVER)),
        ("write_deadline", Config::default().write_deadline(FOR_EVER)),
        ("linger", Config::default().linger(FOR_EVER)),
        ("linger_silence", Config::default().linger_silence(FOR_EVER)),
        ("message_deadline", Config::default().message_deadline(FOR_EVER)),
        ("ping_interval", Config::default().ping_interval(Some(FOR_EVER))),
        ("pong_deadline", Config::default().pong_deadline(FOR_EVER)),
        ("idle_timeout", Config::default().idle_timeout(Some(FOR_EVER))),
    ];
    for (name, config) in configs {
        let (mut peer, served) = serve(64, Echo, config);
        // The reply gets stuck, the peer is pinged, a message is begun, and then there is a violation.
        peer.send(&text([b'x'; 200])).await;
        sleep(Duration::from_secs(5)).await;
        let mut rest = header(0x81, 100);
        rest.extend(frame(0, &[0; 100]));
        rest.extend(violation());
        // It may be gone already, or read nothing.
        let _ = timeout(Duration::from_secs(25), peer.try_send(&rest)).await;
        drop(peer);
        let closed = ended(served).await;
        // That is what a time that the clock cannot hold would end as.
        assert_ne!(closed.cause(), &Cause::Violation(Violation::HandlerPanic), "{name}");
    }
}
