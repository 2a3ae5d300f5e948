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
    /// The rest of the last frame's payload.
    payload: Bytes,
}

impl Unwritten {
    pub(super) const fn len(&self) -> usize {
        self.frames.len() + self.payload.len()
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.frames.is_empty() && self.payload.is_empty()
    }

    /// Where frames are added.
    #[inline]
    pub(super) fn end(&mut self) -> &mut Vec<u8> {
        let end = self.frames.end();
        if !self.payload.is_empty() {
            // The driver waits while much is unwritten, so that little is left to be copied.
            end.extend_from_slice(&self.payload);
            self.payload = Bytes::new();
        }
        end
    }

    /// Adds the payload of the frame whose header was added last.
    pub(super) fn push_payload(&mut self, payload: Bytes) {
        debug_assert!(self.payload.is_empty(), "a header came before");
        self.payload = payload;
    }

    /// Writes once.
    pub(super) fn poll_write<Io>(&mut self, io: &mut Io, context: &mut Context<'_>) -> Poll<io::Result<usize>>
    where
        Io: AsyncWrite + Unpin,
    {
        let io = Pin::new(io);
        let written = if self.payload.is_empty() {
            io.poll_write(context, self.frames.bytes())
        } else if self.frames.is_empty() {
            io.poll_write(context, &self.payload)
        } else {
            // A stream that knows no vectored writes takes the first part.
            io.poll_write_vectored(context, &[self.frames.bytes(), &self.payload].map(IoSlice::new))
        };
        if let Poll::Ready(Ok(written)) = written {
            let frames = written.min(self.frames.len());
            self.frames.consume(frames);
            self.payload.advance(written - frames);
            if self.payload.is_empty() {
                self.payload = Bytes::new();
            }
        }
        written
    }

    /// Gives the memory back if nothing is left.
    pub(super) fn give_back(&mut self) {
        self.frames.give_back();
    }
}
