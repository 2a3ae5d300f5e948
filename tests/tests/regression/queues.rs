//! A stream that takes a write of any size into a queue, as hyper's over HTTP/2 does, and passes it on slowly.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use sockpact::{Bytes, Config, endpoint, serve_stream};
use sockpact_tests::{RawPeer, text};
use tokio::io::{
    AsyncRead, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf, ReadHalf, WriteHalf, duplex, split,
};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};
use tokio_util::sync::PollSender;

use crate::support::{comes, ended};

/// Bytes in a second.
const RATE: usize = 150_000;

/// Takes one write at a time, whatever its size; the next when that is on its way.
struct Queue {
    reading: ReadHalf<DuplexStream>,
    written: PollSender<Bytes>,
}

impl Queue {
    fn new(stream: DuplexStream) -> Self {
        let (reading, writing) = split(stream);
        let (written, waiting) = mpsc::channel(1);
        tokio::spawn(pass_on(waiting, writing));
        Self { reading, written: PollSender::new(written) }
    }
}

async fn pass_on(mut waiting: mpsc::Receiver<Bytes>, mut stream: WriteHalf<DuplexStream>) {
    while let Some(bytes) = waiting.recv().await {
        for part in bytes.chunks(RATE / 10) {
            sleep(Duration::from_millis(100)).await;
            if stream.write_all(part).await.is_err() {
                return;
            }
        }
    }
    let _ = stream.shutdown().await;
}

impl AsyncRead for Queue {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.reading).poll_read(context, buf)
    }
}

impl AsyncWrite for Queue {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.written.poll_reserve(context)).map_err(|_| io::ErrorKind::BrokenPipe)?;
        let sent = self.written.send_item(Bytes::copy_from_slice(bytes));
        Poll::Ready(sent.map(|()| bytes.len()).map_err(|_| io::ErrorKind::BrokenPipe.into()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.written.close();
        Poll::Ready(Ok(()))
    }
}

/// Replies with as many mebibytes as the message says.
struct Large;

#[endpoint(text)]
impl Large {
    #[on(text)]
    async fn text(&mut self, mebibytes: String) -> Bytes {
        vec![7; mebibytes.parse::<usize>().unwrap() << 20].into()
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_behind_a_queue_is_not_lost() {
    let (ours, theirs) = duplex(1 << 16);
    let served = tokio::spawn(serve_stream(Queue::new(ours), Large, Config::default()));
    let mut peer = RawPeer::new(theirs);
    let begun = Instant::now();
    peer.send(&text("8").repeat(3)).await;
    let mut replies = 0;
    while replies < 3 {
        let frame = comes(peer.read_frame()).await.unwrap();
        match frame.opcode {
            2 => replies += 1,
            9 => peer.send(&[0x8a, 0x80, 0, 0, 0, 0]).await,
            _ => panic!("{:?} {:?} after {replies} replies", frame.opcode, frame.close()),
        }
    }
    // Far longer than a pong, or a write that makes no progress, may take.
    assert!(begun.elapsed() > Duration::from_secs(160), "{:?}", begun.elapsed());
    drop(peer);
    ended(served).await;
}
