//! What is encoded and not yet written.

use std::io;
use std::io::IoSlice;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use tokio::io::AsyncWrite;

use super::buffer::Buffer;
use crate::copy;

/// A payload of at least this many bytes is written from where it is; a copy of a smaller one costs less than a
/// write with two parts.
pub(super) const LARGE: usize = 32 * 1024;

/// A stream that knows no vectored writes is given no more at once. It may take a write of any size into a queue, as
/// hyper's over HTTP/2 does: then nobody would see how slowly its peer reads.
const AT_ONCE: usize = 64 * 1024;

/// Writes to a stream whether or not that has said that it takes something; `WouldBlock` where it does not.
pub(crate) type WriteNow<Io> = fn(&Io, &[u8]) -> io::Result<usize>;

/// Frames one after the other; the payload of one may be elsewhere.
#[derive(Debug, Default)]
pub(super) struct Unwritten {
    frames: Buffer,
    long: Option<Box<Long>>,
}

/// A payload that is not copied: its header ends the frames before it.
#[derive(Debug)]
struct Long {
    /// The rest of it, which is not empty.
    payload: Bytes,
    /// The frames after it.
    behind: Buffer,
}

impl Unwritten {
    pub(super) fn len(&self) -> usize {
        self.frames.len() + self.long.as_ref().map_or(0, |long| long.payload.len() + long.behind.len())
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.frames.is_empty() && self.long.is_none()
    }

    /// Where frames are added.
    #[inline]
    pub(super) fn end(&mut self) -> &mut Vec<u8> {
        match &mut self.long {
            None => self.frames.end(),
            Some(long) => long.behind.end(),
        }
    }

    /// Makes these frames the first, where there are none.
    pub(super) fn begin(&mut self, frames: Buffer) {
        debug_assert!(self.is_empty(), "they would be lost");
        self.frames.give_back();
        self.frames = frames;
    }

    /// Adds the payload of the frame whose header was added last.
    pub(super) fn push_payload(&mut self, payload: Bytes) {
        debug_assert!(!self.is_empty() && !payload.is_empty(), "a header came before");
        match &mut self.long {
            None => self.long = Some(Box::new(Long { payload, behind: Buffer::default() })),
            // One of the two has to be copied. The driver waits while much is unwritten, so that there is little.
            Some(long) if payload.len() <= long.payload.len() => {
                copy::append(long.behind.end(), &payload);
            }
            Some(long) => {
                let frames = self.frames.end();
                copy::append(frames, &long.payload);
                copy::append(frames, long.behind.bytes());
                **long = Long { payload, behind: Buffer::default() };
            }
        }
    }

    /// Writes once.
    pub(super) fn poll_write<Io>(&mut self, io: &mut Io, context: &mut Context<'_>) -> Poll<io::Result<usize>>
    where
        Io: AsyncWrite + Unpin,
    {
        let written = match &self.long {
            _ if !io.is_write_vectored() => self.poll_write_part(Pin::new(io), context),
            None => Pin::new(io).poll_write(context, self.frames.bytes()),
            Some(long) => self.poll_write_with(long, Pin::new(io), context),
        };
        if let Poll::Ready(Ok(written)) = written {
            self.consume(written);
        }
        written
    }

    #[inline(never)]
    fn poll_write_part<Io: AsyncWrite>(
        &self,
        io: Pin<&mut Io>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        let first = self.first_part();
        io.poll_write(context, &first[..first.len().min(AT_ONCE)])
    }

    fn first_part(&self) -> &[u8] {
        match &self.long {
            Some(long) if self.frames.is_empty() => &long.payload,
            _ => self.frames.bytes(),
        }
    }

    /// Writes as much as the stream takes, although it has not said that it takes something.
    pub(super) fn write_now<Io>(&mut self, io: &Io, write_now: WriteNow<Io>) -> io::Result<usize> {
        let before = self.len();
        while !self.is_empty() {
            match write_now(io, self.first_part()) {
                Ok(0) => break,
                Ok(written) => self.consume(written),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok(before - self.len())
    }

    #[inline(never)]
    fn poll_write_with<Io: AsyncWrite>(
        &self,
        long: &Long,
        io: Pin<&mut Io>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        if self.frames.is_empty() && long.behind.is_empty() {
            return io.poll_write(context, &long.payload);
        }
        let parts = [self.frames.bytes(), &long.payload, long.behind.bytes()].map(IoSlice::new);
        // A stream may take the first part alone, so that it must not be empty.
        io.poll_write_vectored(context, &parts[usize::from(self.frames.is_empty())..])
    }

    #[inline]
    fn consume(&mut self, written: usize) {
        match self.long {
            None => self.frames.consume(written),
            Some(_) => self.consume_with_long(written),
        }
    }

    #[inline(never)]
    fn consume_with_long(&mut self, written: usize) {
        let frames = written.min(self.frames.len());
        self.frames.consume(frames);
        let Some(long) = &mut self.long else { return };
        let payload = (written - frames).min(long.payload.len());
        long.payload.advance(payload);
        long.behind.consume(written - frames - payload);
        if long.payload.is_empty() {
            self.frames.give_back();
            self.frames = std::mem::take(&mut long.behind);
            self.long = None;
        }
    }

    /// Gives back the memory that is not needed while the rest waits.
    pub(super) fn shrink(&mut self) {
        self.frames.shrink();
        if let Some(long) = &mut self.long {
            long.behind.shrink();
        }
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

        fn is_write_vectored(&self) -> bool {
            self.vectored
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
        let payloads: [&[u8]; 3] = [b"payload", b"longer payload", b"short"];
        for most in 1..12 {
            for vectored in [false, true] {
                // Before more is added, so much of what is there was taken.
                for writes in 0..4 {
                    let mut stream = Trickle { most, vectored, taken: Vec::new() };
                    let mut context = Context::from_waker(Waker::noop());
                    let (mut unwritten, mut expected) = (Unwritten::default(), Vec::new());
                    for payload in payloads {
                        unwritten.end().extend_from_slice(b"header ");
                        unwritten.push_payload(Bytes::from_static(payload));
                        unwritten.end().extend_from_slice(b", a frame, ");
                        expected.extend([b"header ", payload, b", a frame, "].concat());
                        for _ in 0..writes {
                            assert!(unwritten.poll_write(&mut stream, &mut context).is_ready());
                        }
                        assert_eq!(unwritten.len() + stream.taken.len(), expected.len());
                    }
                    while !unwritten.is_empty() {
                        assert!(unwritten.poll_write(&mut stream, &mut context).is_ready());
                    }
                    assert_eq!(unwritten.len(), 0);
                    assert_eq!(stream.taken.escape_ascii().to_string(), expected.escape_ascii().to_string());
                }
            }
        }
    }

    #[test]
    fn a_stream_without_vectored_writes_is_given_little_at_once() {
        let mut unwritten = Unwritten::default();
        unwritten.end().extend_from_slice(b"header");
        unwritten.push_payload(Bytes::from(vec![7; 3 * AT_ONCE]));
        let mut context = Context::from_waker(Waker::noop());
        let mut stream = Trickle { most: usize::MAX, vectored: false, taken: Vec::new() };
        for taken in [6, AT_ONCE, AT_ONCE, AT_ONCE] {
            let written = unwritten.poll_write(&mut stream, &mut context);
            assert!(matches!(written, Poll::Ready(Ok(written)) if written == taken), "{written:?}");
        }
        assert!(unwritten.is_empty());
    }

    #[test]
    fn a_payload_is_where_it_was_whatever_goes_behind_it() {
        let payload = Bytes::from(vec![7; 1 << 20]);
        let mut unwritten = Unwritten::default();
        unwritten.end().extend_from_slice(b"header");
        unwritten.push_payload(payload.clone());
        unwritten.end().extend_from_slice(b"a Close");
        assert_eq!(unwritten.long.unwrap().payload.as_ptr(), payload.as_ptr());
        assert!(unwritten.frames.len() < 10);
    }
}
