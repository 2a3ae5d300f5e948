//! What comes in: reads into a pooled buffer, and messages out of it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;
use tokio_util::io::poll_read_buf;

use super::connection::Connection;
use super::end::{End, broken};
use super::inbox::Arrived;
use crate::wire::{Event, Lost};

/// A payload of which at least this much is there, and still to come, is read to where it stays.
const LONG: usize = 16 * 1024;

impl<Io: AsyncRead + AsyncWrite + Unpin> Connection<Io> {
    /// Decodes the input up to the next event. If that is no message, it is noted.
    pub(super) fn decode<T>(&mut self, message: impl FnOnce(&mut Event<'_>) -> Option<T>) -> Option<T> {
        let mut step = self.session.handle_input(self.input.bytes_mut(), self.now.into_std());
        let message = step.event.as_mut().and_then(message);
        let consumed = step.consumed;
        let end = if message.is_none() { step.event.and_then(End::of_event) } else { None };
        self.input.consume(consumed);
        if let Some(end) = end {
            self.note(end);
        }
        message
    }

    /// Decodes what has been read while a handler runs, as far as the inbox has room.
    pub(super) fn read_ahead(&mut self) {
        while !self.input.is_empty() && !self.inbox.is_full() {
            if let Some(arrived) = self.decode(Arrived::take) {
                self.inbox.push(arrived);
            }
        }
    }

    /// Reads once, if what was read before is handled and the replies are taken.
    #[inline(always)]
    pub(super) fn poll_input(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if !self.input.is_empty() || self.inbox.is_full() || self.is_burdened() {
            // TCP slows the peer down. Until reading goes on, its silence is not its own.
            self.paused.get_or_insert_with(Instant::now);
            return Poll::Pending;
        }
        if let Some(since) = self.paused {
            self.end_pause(since);
        }
        self.poll_read(context)
    }

    #[cold]
    fn end_pause(&mut self, since: Instant) {
        self.paused = None;
        self.now = Instant::now();
        self.session.excuse(since.into_std(), self.now.into_std());
    }

    /// Reads once; what ends the connection is noted.
    #[inline(always)]
    pub(super) fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let io = Pin::new(&mut self.io);
        let (read, is_payload) = match self.session.space(LONG) {
            Some(mut space) => (ready!(poll_read_buf(io, context, &mut space)), true),
            None => {
                let mut space = ReadBuf::new(self.input.space());
                let read = ready!(io.poll_read(context, &mut space));
                let (start, len) = (space.filled().as_ptr(), space.filled().len());
                (read.map(|()| self.input.filled(start, len)), false)
            }
        };
        self.now = Instant::now();
        self.is_now = true;
        match read {
            Ok(len) if len > 0 && is_payload => self.take_payload(len),
            Ok(len) if len > 0 => {}
            Ok(_) => self.note_end_of_stream(),
            Err(error) => self.note(End::Lost(broken(&error))),
        }
        Poll::Ready(())
    }

    /// Takes what was read to where it stays.
    #[inline(never)]
    fn take_payload(&mut self, len: usize) {
        if let Some(mut event) = self.session.handle_read(len, self.now.into_std()) {
            if let Some(arrived) = Arrived::take(&mut event) {
                self.inbox.push(arrived);
            } else if let Some(end) = End::of_event(event) {
                self.note(end);
            }
        }
    }

    #[cold]
    fn note_end_of_stream(&mut self) {
        // Where the session has nothing to tell of the end of the stream, it is noted already why it came.
        self.session.handle_eof();
        self.note(End::Lost(Lost::EndOfStream));
    }
}
