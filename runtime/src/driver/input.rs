//! What comes in: reads into a pooled buffer, and messages out of it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Buf;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;
use tokio_util::io::poll_read_buf;

use super::connection::Connection;
use super::end::End;
use super::inbox::Arrived;
use super::output::OUTPUT_HIGH;
use super::pool;
use crate::wire::{Event, Lost};

impl<Io: AsyncRead + AsyncWrite + Unpin> Connection<Io> {
    /// Decodes the input up to the next message; everything else that it finds is noted.
    pub(super) fn decode<T>(&mut self, message: impl FnOnce(Event<'_>) -> Option<T>) -> Option<T> {
        let step = self.session.handle_input(&mut self.input, self.now.into_std());
        let consumed = step.consumed;
        let (message, end) = match step.event {
            Some(event @ (Event::Text(_) | Event::Binary(_))) => (message(event), None),
            Some(Event::Close(close)) => (None, Some(End::PeerClosed(close))),
            Some(Event::Violation(violation)) => (None, Some(End::of(violation))),
            Some(Event::Lost(lost)) => (None, Some(End::Lost(lost))),
            None => (None, None),
        };
        self.input.advance(consumed);
        if let Some(end) = end {
            self.note(end);
        }
        message
    }

    /// Decodes what has been read while a handler runs, as far as the inbox has room.
    pub(super) fn read_ahead(&mut self) {
        while !self.input.is_empty() && !self.inbox.is_full() {
            let arrived = self.decode(|event| match event {
                Event::Text(payload) => Some(Arrived::from(payload)),
                Event::Binary(payload) => Some(Arrived::from(payload)),
                _ => None,
            });
            if let Some(arrived) = arrived {
                self.inbox.push(arrived);
            }
        }
    }

    /// Reads once, if what was read before is handled and the replies are taken.
    pub(super) fn poll_input(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if !self.input.is_empty() || self.inbox.is_full() || self.output.len() > OUTPUT_HIGH {
            // TCP slows the peer down. Until reading goes on, its silence is not its own.
            self.paused = true;
            return Poll::Pending;
        }
        if self.paused {
            self.paused = false;
            self.now = Instant::now();
            self.session.excuse(self.now.into_std());
        }
        self.poll_read(context)
    }

    /// Reads once; an end of the stream is noted.
    pub(super) fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.input.capacity() == 0 {
            self.input = pool::take();
        }
        let read = ready!(poll_read_buf(Pin::new(&mut self.io), context, &mut self.input));
        self.now = Instant::now();
        match read {
            Ok(0) => match self.session.handle_eof(self.now.into_std()) {
                Some(Event::Violation(violation)) => self.note(End::of(violation)),
                _ => self.note(End::Lost(Lost::EndOfStream)),
            },
            Ok(_) => {}
            Err(_) => self.note(End::Lost(Lost::EndOfStream)),
        }
        Poll::Ready(())
    }
}
