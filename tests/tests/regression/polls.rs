//! A connection that waits is not polled: nothing here runs in circles.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use sockpact::{Config, serve_stream};
use sockpact_tests::{RawPeer, close, text};
use tokio::io::{AsyncWriteExt, duplex};
use tokio::time::sleep;

use crate::support::{Count, Side, SlowStart, comes, violation};

/// A future that counts its polls.
struct Counted<F> {
    future: Pin<Box<F>>,
    polls: Count,
}

impl<F: Future> Future for Counted<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        self.polls.add();
        self.future.as_mut().poll(context)
    }
}

/// How often a connection is polled within a minute in which its peer does this.
async fn polls(peer_does: impl AsyncFnOnce(&mut Side)) -> usize {
    let polls = Count::default();
    let (ours, theirs) = duplex(2048);
    let mut peer = RawPeer::new(theirs);
    let served = serve_stream(ours, SlowStart::new(9), Config::default());
    let served = tokio::spawn(Counted { future: Box::pin(served), polls: polls.clone() });
    peer_does(&mut peer).await;
    sleep(Duration::from_secs(60)).await;
    drop(peer);
    comes(served).await.unwrap();
    polls.get()
}

#[tokio::test(start_paused = true)]
async fn polls_are_few_while_nothing_happens() {
    let idle = polls(async |_| {}).await;
    assert!(idle < 20, "{idle}");
    let stalled_write = polls(async |peer| peer.send(&text([b'x'; 5000])).await).await;
    assert!(stalled_write < 20, "{stalled_write}");
}

#[tokio::test(start_paused = true)]
async fn polls_are_few_while_a_handler_waits() {
    let shut_down = polls(async |peer| {
        peer.send(&text("x")).await;
        peer.stream.shutdown().await.unwrap();
    });
    assert!(shut_down.await < 20);
    let closed = polls(async |peer| {
        peer.send(&[text("x"), close(1000, "")].concat()).await;
    });
    assert!(closed.await < 20);
    let inbox_full = polls(async |peer| {
        // What does not fit into the inbox fits into the stream, so that all of it is written.
        peer.send(&text([b'x'; 16_000]).repeat(5)).await;
    });
    let inbox_full = inbox_full.await;
    // About two for each 2 KiB of the stream.
    assert!(inbox_full < 200, "{inbox_full}");
}

#[tokio::test(start_paused = true)]
async fn polls_are_few_while_a_socket_lingers() {
    let silent = polls(async |peer| peer.send(&violation()).await);
    assert!(silent.await < 20);
    let trickle = polls(async |peer| {
        peer.send(&violation()).await;
        for _ in 0..10 {
            sleep(Duration::from_millis(500)).await;
            let _ = peer.try_send(b"x").await;
        }
    });
    assert!(trickle.await < 50);
}
