//! Nothing that is always ready starves what is beside it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use sockpact::{Bytes, Config, Message, Peer, endpoint, serve_stream};
use sockpact_tests::{ping, text};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf, split};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::support::{Count, Echo, serve, violation};

/// Far more than any of this takes.
const SOON: Duration = Duration::from_secs(5);

/// Has more to do than it ever gets done.
struct Greedy;

#[endpoint(text)]
impl Greedy {
    #[on(text)]
    async fn text(&mut self, _: String) {
        let (give, mut take) = mpsc::channel::<()>(1024);
        for _ in 0..4 {
            let give = give.clone();
            tokio::spawn(async move { while give.send(()).await.is_ok() {} });
        }
        while take.recv().await.is_some() {}
    }
}

#[tokio::test]
async fn a_greedy_handler_does_not_starve_its_connection() {
    let (mut peer, served) =
        serve(1024, Greedy, Config::default().closing_handshake(Duration::from_millis(200)));
    peer.send(&text("go")).await;
    for _ in 0..10 {
        peer.send(&ping("there?")).await;
        let pong = timeout(SOON, peer.read_frame()).await.expect("a pong in time").unwrap();
        assert_eq!((pong.opcode, pong.payload.as_slice()), (10, b"there?".as_slice()));
    }
    // It is abandoned in its time, too.
    drop(peer);
    timeout(SOON, served).await.expect("an end in time").unwrap();
}

/// Three tasks send as fast as they can.
#[derive(Default)]
struct Broadcast {
    handled: Count,
}

#[endpoint(text)]
impl Broadcast {
    #[on(open)]
    async fn opened(&mut self, peer: &Peer) {
        let message = Message::from(Bytes::from(vec![1; 8000]));
        for _ in 0..3 {
            let (sender, message) = (peer.sender(), message.clone());
            tokio::spawn(async move { while sender.send(message.clone()).await.is_ok() {} });
        }
    }

    #[on(text)]
    async fn text(&mut self, _: String) {
        self.handled.add();
    }
}

#[tokio::test]
async fn fast_senders_do_not_starve_the_reading() {
    let broadcast = Broadcast::default();
    let handled = broadcast.handled.clone();
    let (peer, _served) = serve(1 << 18, broadcast, Config::default());
    let (mut reading, mut writing) = split(peer.stream);
    tokio::spawn(async move {
        let mut sink = vec![0; 1 << 16];
        while reading.read(&mut sink).await.is_ok_and(|read| read > 0) {}
    });
    for number in 0..40 {
        writing.write_all(&text("x")).await.unwrap();
        let handled = async {
            while handled.get() <= number {
                tokio::task::yield_now().await;
            }
        };
        timeout(SOON, handled).await.expect("handled in time");
    }
}

#[tokio::test]
async fn a_peer_that_always_has_a_message_ready_does_not_starve_its_thread() {
    let (first, _served) = serve(1 << 16, Echo, Config::default());
    let (mut reading, mut writing) = split(first.stream);
    tokio::spawn(async move { while writing.write_all(&text("").repeat(1000)).await.is_ok() {} });
    tokio::spawn(async move {
        let mut sink = vec![0; 1 << 16];
        while reading.read(&mut sink).await.is_ok_and(|read| read > 0) {}
    });
    let (mut second, _served) = serve(1024, Echo, Config::default());
    for _ in 0..40 {
        second.send(&text("x")).await;
        assert_eq!(timeout(SOON, second.read_text()).await.expect("a reply in time"), "x");
    }
}

/// A stream that always has more to read, and notes how many reads follow one another before others have a turn.
struct Flood {
    first: Vec<u8>,
    in_a_row: Count,
    most: Arc<AtomicUsize>,
}

impl AsyncRead for Flood {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.first.is_empty() {
            buf.initialize_unfilled();
            buf.set_filled(buf.capacity());
        } else {
            buf.put_slice(&std::mem::take(&mut self.first));
        }
        self.most.fetch_max(self.in_a_row.add() + 1, Ordering::SeqCst);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Flood {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn a_flood_behind_a_violation_does_not_starve_its_thread() {
    let (in_a_row, most) = (Count::default(), Arc::default());
    let flood = Flood { first: violation(), in_a_row: in_a_row.clone(), most: Arc::clone(&most) };
    let config = Config::default().linger(Duration::from_millis(50));
    let served = tokio::spawn(serve_stream(flood, Echo, config));
    while !served.is_finished() {
        in_a_row.clear();
        tokio::task::yield_now().await;
    }
    // The budget of a task would allow 128, if such a stream asked for it.
    assert!(most.load(Ordering::SeqCst) <= 10, "{most:?} reads in a row");
}
