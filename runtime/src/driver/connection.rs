//! The stream of one connection with its session, buffers and deadlines.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;
use tokio_util::io::poll_read_buf;

use super::end::End;
use super::inbox::{Arrived, Inbox};
use super::outbox::{Outbox, Wish};
use super::pool;
use super::timer::Timer;
use crate::config::Config;
use crate::endpoint::Contract;
use crate::message::Message;
use crate::shutdown::{Begun, Shutdown};
use crate::wire::{Event, Lost, Role, Session, Violation};

/// Above this many unwritten bytes nothing more is read or handled until the peer has taken some.
const OUTPUT_HIGH: usize = 64 * 1024;

/// Below this many unwritten bytes messages move from the outbox into the output; what stays behind counts
/// against the outbox's bounds.
const OUTPUT_LOW: usize = 16 * 1024;

/// What one connection owns besides its endpoint.
///
/// Performs and does not decide: what a byte means is the session's to say, and what becomes of a message the
/// endpoint's.
#[derive(Debug)]
pub(super) struct Connection<Io> {
    pub(super) io: Io,
    pub(super) session: Session,
    pub(super) outbox: Arc<Outbox>,
    pub(super) config: Arc<Config>,
    /// Read, not yet decoded; owns memory only while it has bytes.
    pub(super) input: BytesMut,
    /// Encoded, not yet written; owns memory only while it has bytes.
    pub(super) output: BytesMut,
    pub(super) inbox: Inbox,
    pub(super) end: Option<End>,
    /// When the handlers that still run after the end are abandoned.
    finish_by: Option<Instant>,
    pub(super) overdue: bool,
    /// The stream takes nothing more.
    pub(super) broken: bool,
    /// Since when a write has made no progress.
    stalled: Option<Instant>,
    /// The time of the last read: what is decoded from one read happens at one instant.
    pub(super) now: Instant,
    timer: Timer,
    shutdown: Begun,
    waker: Option<Waker>,
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Connection<Io> {
    pub(super) fn new(
        io: Io,
        glued: Bytes,
        outbox: Arc<Outbox>,
        contract: &Contract,
        config: Arc<Config>,
        shutdown: &Shutdown,
    ) -> Self {
        let now = Instant::now();
        Self {
            io,
            session: Session::new(Role::Server, config.limits(contract), now.into_std()),
            outbox,
            config,
            input: glued.into(),
            output: BytesMut::new(),
            inbox: Inbox::default(),
            end: None,
            finish_by: None,
            overdue: false,
            broken: false,
            stalled: None,
            now,
            timer: Timer::default(),
            shutdown: shutdown.begun_owned(),
            waker: None,
        }
    }

    /// Notes why the conversation ends; the first reason stays.
    pub(super) fn note(&mut self, end: End) {
        if self.end.is_none() {
            self.end = Some(end);
            self.finish_by = Some(Instant::now() + self.config.closing_handshake);
            self.outbox.begin_ending();
        }
    }

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

    /// Encodes one message behind what is already in the output.
    pub(super) fn encode(&mut self, message: &Message) {
        if self.broken {
            return;
        }
        if self.output.capacity() == 0 {
            self.output = pool::take();
        }
        self.session.send(message.kind(), message.payload(), &mut self.output, self.now.into_std());
    }

    /// Encodes the control frames that the session wants to send.
    pub(super) fn transmit(&mut self) {
        if self.session.has_transmit() && !self.broken {
            if self.output.capacity() == 0 {
                self.output = pool::take();
            }
            self.session.poll_transmit(&mut self.output);
        }
    }

    /// Encodes what handlers and other tasks have sent up to now.
    ///
    /// # Cancel safety
    ///
    /// A message that was taken from the outbox is in the output before the next wait.
    pub(super) async fn encode_outbox(&mut self) {
        // No more than are there now: a task that never stops sending must not keep the reply back.
        for _ in 0..self.outbox.len() {
            let Some(message) = self.outbox.take() else { return };
            self.encode(&message);
            self.relieve().await;
        }
    }

    /// Waits until the output is small enough to go on, or nobody is there to take it.
    pub(super) async fn relieve(&mut self) {
        if self.output.len() > OUTPUT_HIGH {
            std::future::poll_fn(|context| {
                while self.output.len() > OUTPUT_HIGH && !self.overdue {
                    if self.poll_write(context).is_pending() {
                        ready!(self.poll_deadlines(context));
                    }
                }
                Poll::Ready(())
            })
            .await;
        }
    }

    /// Writes, reads, and looks at the outbox and the clock. Ready when there is something new to look at: bytes
    /// in the input, or an end. Pending leaves the connection without a buffer, but for what is unfinished.
    pub(super) fn poll_io(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let ended = self.end.is_some();
        self.watch(context);
        loop {
            while self.output.len() < OUTPUT_LOW
                && let Some(message) = self.outbox.take()
            {
                self.encode(&message);
            }
            self.transmit();
            if self.output.is_empty() || self.poll_write(context).is_pending() {
                break;
            }
        }
        match self.outbox.wish() {
            Some(Wish::Close(frame)) => self.note(End::Closing(frame)),
            Some(Wish::Overflow) => self.note(End::of(Violation::OutboxOverflow)),
            None => {}
        }
        let may_read = self.end.is_none()
            && self.input.is_empty()
            && !self.inbox.is_full()
            && self.output.len() <= OUTPUT_HIGH;
        if may_read && self.poll_read(context).is_ready() {
            return Poll::Ready(());
        }
        if self.poll_deadlines(context).is_ready() || ended != self.end.is_some() {
            return Poll::Ready(());
        }
        if self.input.is_empty() {
            pool::give(&mut self.input);
        }
        Poll::Pending
    }

    /// Has the task woken by the outbox and the shutdown, and looks at the latter.
    fn watch(&mut self, context: &mut Context<'_>) {
        if !self.waker.as_ref().is_some_and(|waker| waker.will_wake(context.waker())) {
            self.waker = Some(context.waker().clone());
            self.outbox.register(context.waker());
            self.shutdown.register(context);
        }
        if self.end.is_none() && self.shutdown.has_begun() {
            self.note(End::of(Violation::GoingAway));
        }
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

    /// Writes the output. Pending when the stream takes no more of it now; ready when it is empty, which it is
    /// too when the stream is broken.
    pub(super) fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<()> {
        while !self.output.is_empty() {
            match Pin::new(&mut self.io).poll_write(context, &self.output) {
                Poll::Ready(Ok(written)) if written > 0 => {
                    self.output.advance(written);
                    self.stalled = None;
                }
                Poll::Ready(_) => self.break_off(),
                Poll::Pending => {
                    self.stalled.get_or_insert_with(Instant::now);
                    return Poll::Pending;
                }
            }
        }
        pool::give(&mut self.output);
        match Pin::new(&mut self.io).poll_flush(context) {
            Poll::Ready(Ok(())) => Poll::Ready(()),
            Poll::Ready(Err(_)) => {
                self.break_off();
                Poll::Ready(())
            }
            // A stream with a buffer of its own: it has taken all, and is asked again at the next turn.
            Poll::Pending => Poll::Pending,
        }
    }

    /// The stream takes nothing more: what is unwritten is lost.
    fn break_off(&mut self) {
        self.output = BytesMut::new();
        self.broken = true;
        self.stalled = None;
        self.note(End::Lost(Lost::EndOfStream));
    }

    /// Ready when a deadline has passed; what it means is noted.
    fn poll_deadlines(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let session =
            if self.end.is_none() { self.session.poll_timeout().map(Instant::from_std) } else { None };
        let write = self.stalled.map(|since| since + self.config.write_deadline);
        let deadline = [session, write, self.finish_by].into_iter().flatten().min();
        ready!(self.timer.poll(deadline, context));
        self.now = Instant::now();
        if self.finish_by.is_some_and(|finish_by| self.now >= finish_by) {
            self.finish_by = None;
            self.overdue = true;
        }
        if write.is_some_and(|write| self.now >= write) {
            self.break_off();
        }
        if self.end.is_none() {
            match self.session.handle_timeout(self.now.into_std()) {
                Some(Event::Violation(violation)) => self.note(End::of(violation)),
                Some(Event::Lost(lost)) => self.note(End::Lost(lost)),
                _ => {}
            }
        }
        Poll::Ready(())
    }
}
