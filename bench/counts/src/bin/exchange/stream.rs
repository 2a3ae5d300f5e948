//! A stream that hands out prepared frames as a socket would, and swallows what is written.

use std::io::{IoSlice, Result};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use sockpact_bench_counts::Case;
use sockpact_bench_load::Messages;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Close 1000, masked with zeros.
const CLOSE: [u8; 8] = [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8];

pub(crate) struct Stream {
    messages: Messages,
    case: Case,
    /// How many messages are still to come after those at hand.
    left: usize,
    /// Which of the prepared frames' bytes are at hand.
    start: usize,
    end: usize,
    /// How far the Close has come.
    close: usize,
    written: Arc<AtomicUsize>,
}

impl Stream {
    pub(crate) fn new(messages: Messages, case: Case, left: usize, written: Arc<AtomicUsize>) -> Self {
        Self { messages, case, left, start: 0, end: 0, close: 0, written }
    }

    fn write(&self, bytes: usize) -> Poll<Result<usize>> {
        self.written.fetch_add(bytes, Ordering::Relaxed);
        Poll::Ready(Ok(bytes))
    }
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let this = &mut *self;
        let room = into.remaining().min(this.case.each_read);
        if this.start < this.end {
            let part = &this.messages.frames()[this.start..this.end];
            let part = &part[..part.len().min(room)];
            into.put_slice(part);
            this.start += part.len();
        } else if this.left > 0 {
            // Nothing for now, as after each batch on a socket; then the next batch comes at once.
            let count = this.case.at_once.min(this.left);
            this.left -= count;
            this.start = this.end % this.messages.round();
            this.end = this.start + count * this.messages.stride();
            cx.waker().wake_by_ref();
            return Poll::Pending;
        } else {
            let part = &CLOSE[this.close..];
            let part = &part[..part.len().min(room)];
            into.put_slice(part);
            this.close += part.len();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        self.write(bytes.len())
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        self.write(slices.iter().map(|slice| slice.len()).sum())
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }
}
