//! What an endpoint answers goes out, all of it and at once.

use std::time::Duration;

use sockpact::{Config, endpoint, serve_stream};
use sockpact_tests::{Frame, RawPeer, close, header, text};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufStream, duplex};
use tokio::time::{Instant, sleep};

use crate::support::{Count, Echo, SlowStart, serve, violation};

#[tokio::test(start_paused = true)]
async fn the_tail_of_a_reply_leaves_a_stream_with_its_own_buffer() {
    let (ours, theirs) = duplex(1024);
    let mut peer = RawPeer::new(theirs);
    tokio::spawn(serve_stream(BufStream::new(ours), Echo, Config::default()));
    let begun = Instant::now();
    peer.send(&text([b'x'; 4000])).await;
    assert_eq!(peer.read_text().await.len(), 4000);
    assert_eq!(begun.elapsed(), Duration::ZERO);
}

#[endpoint(text)]
async fn large(_: String) -> String {
    "x".repeat(1 << 20)
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_of_a_large_reply_is_not_lost() {
    let (mut peer, _served) = serve(16 * 1024, large, Config::default());
    peer.send(&text("go")).await;
    // 16 KiB in a second take it longer than a ping and its deadline; and it does not answer pings before.
    let mut received = 0;
    let mut chunk = vec![0; 16 * 1024];
    while received < (1 << 20) {
        sleep(Duration::from_secs(1)).await;
        let read = peer.stream.read(&mut chunk).await.unwrap();
        assert_ne!(read, 0, "the end after {received} bytes");
        received += read;
    }
}

/// Counts the messages that it has answered.
#[derive(Default)]
struct Counting {
    handled: Count,
}

#[endpoint(text)]
impl Counting {
    #[on(text)]
    async fn text(&mut self, line: String) -> String {
        self.handled.add();
        line
    }
}

#[tokio::test]
async fn replies_are_not_held_back_by_handlers_that_are_ready() {
    let counting = Counting::default();
    let handled = counting.handled.clone();
    let (ours, theirs) = duplex(1 << 16);
    let mut peer = RawPeer::new(theirs);
    // All of them come with one read.
    peer.send(&text("x").repeat(8000)).await;
    tokio::spawn(serve_stream(ours, counting, Config::default()));
    peer.read_text().await;
    assert!(handled.get() < 1000, "{} were handled before the first reply went out", handled.get());
}

/// What a client gets that sends all of this and then shuts its write side down.
async fn answers_to_half_closed(bytes: &[u8]) -> Vec<Frame> {
    let (mut peer, _served) = serve(4096, SlowStart::new(3), Config::default());
    peer.send(bytes).await;
    peer.stream.shutdown().await.unwrap();
    peer.read_to_end().await.0
}

#[tokio::test(start_paused = true)]
async fn half_closed_clients_get_their_replies_and_the_close() {
    let frames = answers_to_half_closed(&text("a").repeat(2)).await;
    assert_eq!(frames.iter().map(|frame| frame.opcode).collect::<Vec<_>>(), [1, 1]);

    let frames = answers_to_half_closed(&[text("a"), violation()].concat()).await;
    assert_eq!(frames.iter().map(|frame| frame.opcode).collect::<Vec<_>>(), [1, 8]);
    assert_eq!(frames[1].close().map(|(code, _)| code), Some(1003));

    let frames = answers_to_half_closed(&[text("a"), text("b"), close(1000, "")].concat()).await;
    assert_eq!(frames.iter().map(|frame| frame.opcode).collect::<Vec<_>>(), [1, 1, 8]);
    assert_eq!(frames[2].close().map(|(code, _)| code), Some(1000));

    // An end inside a frame is an end like any other.
    let frames = answers_to_half_closed(&[text("a"), header(0x81, 9)].concat()).await;
    assert_eq!(frames.first().map(|frame| frame.opcode), Some(1));
}
