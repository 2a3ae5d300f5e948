//! What is encoded and not yet written.

use std::io;
use std::io::IoSlice;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use tokio::io::AsyncWrite;

use super::buffer::Buffer;

/// A payload of at least this many bytes is written from where it is; a copy of a smaller one costs less than a
/// write with two parts.
pub(super) const LARGE: usize = 32 * 1024;

/// Frames one behind the other, the last payload possibly elsewhere.
#[derive(Debug, Default)]
pub(super) struct Unwritten {
    frames: Buffer,
    /// The rest of the last frame's payload, if it is not empty.
    payload: Option<Box<Bytes>>,
}

impl Unwritten {
    pub(super) fn len(&self) -> usize {
        self.frames.len() + self.payload.as_ref().map_or(0, |payload| payload.len())
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.frames.is_empty() && self.payload.is_none()
    }

    /// Whether a payload is left that is not copied yet.
    pub(super) const fn has_payload(&self) -> bool {
        self.payload.is_some()
    }

    /// Where frames are added.
    #[inline]
    pub(super) fn end(&mut self) -> &mut Vec<u8> {
        if self.has_payload() {
            self.copy_payload();
        }
        self.frames.end()
    }

    /// The driver waits while much is unwritten, so that little is left to be copied.
    #[cold]
    fn copy_payload(&mut self) {
        if let Some(payload) = self.payload.take() {
            self.frames.end().extend_from_slice(&payload);
        }
    }

    /// Adds the payload of the frame whose header was added last.
    pub(super) fn push_payload(&mut self, payload: Bytes) {
        debug_assert!(self.payload.is_none() && !payload.is_empty(), "a header came before");
        self.payload = Some(Box::new(payload));
    }

    /// Writes once.
    pub(super) fn poll_write<Io>(&mut self, io: &mut Io, context: &mut Context<'_>) -> Poll<io::Result<usize>>
    where
        Io: AsyncWrite + Unpin,
    {
        let io = Pin::new(io);
        let written = match &self.payload {
            None => io.poll_write(context, self.frames.bytes()),
            Some(payload) if self.frames.is_empty() => io.poll_write(context, payload),
            // A stream that knows no vectored writes takes the first part.
            Some(payload) => {
                io.poll_write_vectored(context, &[self.frames.bytes(), payload].map(IoSlice::new))
            }
        };
        if let Poll::Ready(Ok(written)) = written {
            let frames = written.min(self.frames.len());
            self.frames.consume(frames);
            if let Some(payload) = &mut self.payload {
                payload.advance(written - frames);
                if payload.is_empty() {
                    self.payload = None;
                }
            }
        }
        written
    }

    /// Gives back the memory that is not needed while the rest waits.
    pub(super) fn shrink(&mut self) {
        self.frames.shrink();
    }

    /// Gives the memory back if nothing is left.
    pub(super) fn give_back(&mut self) {
        self.frames.give_back();
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Deref;
    use std::task::Waker;

    use super::*;

    /// Takes a few bytes at a time.
    struct Trickle {
        most: usize,
        vectored: bool,
        taken: Vec<u8>,
    }

    impl AsyncWrite for Trickle {
        fn poll_write(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            let len = bytes.len().min(self.most);
            self.taken.extend_from_slice(&bytes[..len]);
            Poll::Ready(Ok(len))
        }

        fn poll_write_vectored(
            self: Pin<&mut Self>,
            context: &mut Context<'_>,
            parts: &[IoSlice<'_>],
        ) -> Poll<io::Result<usize>> {
            if self.vectored {
                let parts: Vec<&[u8]> = parts.iter().map(Deref::deref).collect();
                self.poll_write(context, &parts.concat())
            } else {
                self.poll_write(context, &parts[0])
            }
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    #[test]
    fn all_is_written_in_order_however_little_is_taken_at_a_time() {
        for most in 1..12 {
            for vectored in [false, true] {
                let mut stream = Trickle { most, vectored, taken: Vec::new() };
                let mut context = Context::from_waker(Waker::noop());
                let mut unwritten = Unwritten::default();
                unwritten.end().extend_from_slice(b"one header");
                unwritten.push_payload(Bytes::from_static(b" payload"));
                // In the middle of the header, of the payload, or behind both.
                assert!(unwritten.poll_write(&mut stream, &mut context).is_ready());
                assert!(unwritten.poll_write(&mut stream, &mut context).is_ready());
                unwritten.end().extend_from_slice(b" another header");
                unwritten.push_payload(Bytes::from_static(b" its payload"));
                while !unwritten.is_empty() {
                    assert!(unwritten.poll_write(&mut stream, &mut context).is_ready());
                }
                assert_eq!(unwritten.len(), 0);
                assert_eq!(
                    stream.taken, b"one header payload another header its payload",
                    "{most} {vectored}"
                );
            }
        }
    }
}
