//! The stream of one connection with its session, its buffers and its deadlines.
//!
//! Performs and does not decide: what a byte means is the session's to say, and what becomes of a message the
//! endpoint's. Reading is in `input`, writing in `output`.

use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::coop;
use tokio::time::Instant;

use super::end::End;
use super::inbox::Inbox;
use super::outbox::{Outbox, OutboxEnd, Wish};
use super::received::Received;
use super::timer::{Timer, after};
use super::unwritten::{Unwritten, WriteNow};
use crate::close::Leaving;
use crate::config::Config;
use crate::endpoint::Contract;
use crate::shutdown::{Begun, Shutdown};
use crate::wire::{Lost, Role, Session, Violation};

/// What one connection owns besides its endpoint.
///
/// In the order of the fields: what is looked at with each message comes first, in few lines of the cache, and where an
/// instruction reaches it by an offset of one byte.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Connection<Io> {
    /// Read, not yet decoded; owns memory only while it has bytes.
    pub(super) input: Received,
    /// Encoded, not yet written; owns memory only while it has bytes.
    pub(super) output: Unwritten,
    /// Why the conversation ends, once that is known.
    pub(super) end: Option<Box<End>>,
    pub(super) outbox: OutboxEnd,
    pub(super) inbox: Inbox,
    /// How many messages were handled in this turn of the task.
    pub(super) turn: u8,
    /// The handlers have had their time after the end.
    pub(super) overdue: bool,
    /// The stream takes nothing more.
    pub(super) broken: bool,
    /// The stream has a buffer of its own that it has not emptied.
    pub(super) unflushed: bool,
    /// That `now` is of this turn of the task.
    pub(super) is_now: bool,
    /// The stream was filled since the write made no progress.
    pub(super) filled: bool,
    /// The timer was set while a pong was due.
    awaits_pong: bool,
    /// A handler waits for something.
    pub(super) attends: bool,
    /// The time of the last read: what is decoded from one read happens at one instant.
    pub(super) now: Instant,
    /// A bare stream has none.
    shutdown: Option<Begun>,
    waker: Option<Waker>,
    /// Since when a write has made no progress.
    pub(super) stalled: Option<Instant>,
    /// Since when nothing is read, as what was read is not handled or the replies are not taken.
    pub(super) paused: Option<Instant>,
    /// When the closing handshake has to be over, and the handlers that still run have to make room for it.
    closing: Option<Box<Closing>>,
    timer: Timer,
    pub(super) io: Io,
    pub(super) session: Session,
    pub(super) config: Arc<Config>,
    pub(super) write_now: Option<WriteNow<Io>>,
}

/// The two halves of `Config::closing_handshake`.
#[derive(Debug)]
struct Closing {
    handlers: Option<Instant>,
    handshake: Instant,
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Connection<Io> {
    pub(super) fn new(
        io: Io,
        write_now: Option<WriteNow<Io>>,
        glued: Bytes,
        outbox: Arc<Outbox>,
        contract: &Contract,
        config: Arc<Config>,
        shutdown: Option<&Shutdown>,
    ) -> Self {
        let now = Instant::now();
        Self {
            io,
            write_now,
            session: Session::new(Role::Server, config.limits(contract), now.into_std()),
            outbox: OutboxEnd(outbox),
            config,
            input: Vec::from(glued).into(),
            output: Unwritten::default(),
            inbox: Inbox::default(),
            end: None,
            closing: None,
            overdue: false,
            broken: false,
            unflushed: false,
            stalled: None,
            filled: false,
            paused: None,
            attends: false,
            now,
            is_now: false,
            turn: 0,
            timer: Timer::default(),
            awaits_pong: false,
            shutdown: shutdown.map(Shutdown::begun_owned),
            waker: None,
        }
    }

    /// What is left of use when nothing is read or written any more but to be discarded. A task that waits for the
    /// shutdown is woken by the last as long as that lives.
    pub(super) fn into_parts(self) -> (Io, Arc<Config>, Option<Begun>) {
        (self.io, self.config, self.shutdown)
    }

    /// Notes why the conversation ends; the first reason stays.
    pub(super) fn note(&mut self, end: End) {
        if self.end.is_none() {
            self.end = Some(Box::new(end));
            self.closing_deadline();
            self.outbox.begin_ending();
        }
    }

    /// Notes an end that a handler asks for.
    pub(super) fn note_by_handler(&mut self, end: End) {
        if self.end.as_ref().is_some_and(|noted| noted.comes_behind_handlers()) {
            self.end = None;
        }
        self.note(end);
    }

    /// When the closing handshake has to be over; it runs from the first call.
    pub(super) fn closing_deadline(&mut self) -> Instant {
        let period = self.config.closing_handshake;
        let closing = self.closing.get_or_insert_with(|| {
            let now = Instant::now();
            Box::new(Closing { handlers: Some(after(now, period / 2)), handshake: after(now, period) })
        });
        closing.handshake
    }

    /// Notes an end that a sender or the shutdown asks for. Costs next to nothing while nobody does.
    #[inline]
    pub(super) fn note_asked_end(&mut self) {
        let goes_down = self.shutdown.as_ref().is_some_and(Begun::has_begun);
        if goes_down || self.outbox.is_waiting() {
            self.note_wish(goes_down);
        }
    }

    #[cold]
    fn note_wish(&mut self, goes_down: bool) {
        match self.outbox.wish() {
            Some(Wish::Close { frame, by_handler: true }) => self.note_by_handler(End::Closing(frame)),
            Some(Wish::Close { frame, by_handler: false }) => self.note(End::Closing(frame)),
            Some(Wish::Overflow) => self.note(End::Failed(Violation::OutboxOverflow)),
            None if goes_down => self.note(End::Leaving(Leaving::Shutdown)),
            None => {}
        }
    }

    /// Writes, reads, and looks at the outbox and the clock. Ready when there is something new to look at: bytes
    /// in the input, or an end. Pending leaves the connection without a buffer, but for what is unfinished.
    ///
    /// Inlined where a message is waited for, and so is in it what reads and writes. The processor guesses where a
    /// function returns to from the calls that it has seen, and those of a system call drive ours out of its memory: each
    /// function of ours that a system call returns through costs some 10 ns.
    #[inline(always)]
    pub(super) fn poll_io(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let ended = self.end.is_some();
        self.register_wakers(context);
        self.poll_output(context);
        self.note_asked_end();
        if self.end.is_none() && self.poll_input(context).is_ready() {
            return Poll::Ready(());
        }
        if self.poll_deadlines(context).is_ready() || ended != self.end.is_some() {
            return Poll::Ready(());
        }
        self.input.give_back();
        self.is_now = false;
        Poll::Pending
    }

    /// As [`poll_io`](Self::poll_io), and not inlined: for the places that few messages come by.
    #[inline(never)]
    pub(super) fn poll_io_aside(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.poll_io(context)
    }

    /// Has the task woken by the outbox and the shutdown.
    pub(super) fn register_wakers(&mut self, context: &mut Context<'_>) {
        if !self.waker.as_ref().is_some_and(|waker| waker.will_wake(context.waker())) {
            self.register_new_waker(context);
        }
    }

    #[cold]
    fn register_new_waker(&mut self, context: &mut Context<'_>) {
        self.waker = Some(context.waker().clone());
        self.timer.forget();
        self.outbox.register(context.waker());
        if let Some(shutdown) = &mut self.shutdown {
            shutdown.register(context);
        }
    }

    /// Ready when a deadline has passed; what it means is noted.
    fn poll_deadlines(&mut self, context: &mut Context<'_>) -> Poll<()> {
        // Between two messages each byte that comes in moves the deadlines away, so that a timer that was set before
        // is early enough; but not one that waits for a pong, behind which the next ping may be due earlier. It is not
        // looked at where the clock has just been.
        let only_later = self.stalled.is_none() && self.closing.is_none() && !self.session.is_unfinished();
        if only_later && self.is_now && !self.awaits_pong && self.timer.is_after(self.now) {
            return Poll::Pending;
        }
        self.poll_timer(context)
    }

    #[inline(never)]
    fn poll_timer(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.awaits_pong = self.session.awaits_pong();
        let session =
            if self.end.is_none() { self.session.poll_timeout().map(Instant::from_std) } else { None };
        let patience = self.config.write_deadline / if self.filled { 1 } else { 2 };
        let write = self.stalled.map(|since| after(since, patience));
        let handlers = self.closing.as_ref().and_then(|closing| closing.handlers);
        let deadline = [session, write, handlers].into_iter().flatten().min();
        ready!(self.timer.poll(deadline, context));
        if !coop::has_budget_remaining() {
            // Nothing could be read or written in this turn, so that nobody knows yet who is late.
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.now = Instant::now();
        if let Some(closing) = self.closing.as_mut()
            && closing.handlers.is_some_and(|handlers| self.now >= handlers)
        {
            closing.handlers = None;
            self.overdue = true;
        }
        if write.is_some_and(|write| self.now >= write) {
            self.write_at_last();
        }
        if self.end.is_none() {
            if let Some(since) = &mut self.paused {
                self.session.excuse(since.into_std(), self.now.into_std());
                *since = self.now;
            }
            // Nor is a connection idle while a message is on its way; the deadlines of those bound that.
            if self.attends || self.stalled.is_some() || self.session.is_unfinished() {
                self.session.work(self.now.into_std());
            }
            if self.stalled.is_some() {
                self.session.excuse_pong(self.now.into_std());
            }
            let event = self.session.handle_timeout(self.now.into_std());
            if let Some(end) = event.and_then(End::of_event) {
                self.note(end);
            }
        }
        Poll::Ready(())
    }

    /// The stream takes nothing more: what is unwritten is lost.
    pub(super) fn break_off(&mut self, lost: Lost) {
        self.output = Unwritten::default();
        self.broken = true;
        self.unflushed = false;
        self.stalled = None;
        self.note(End::Lost(lost));
        // A handler that waits for room would wait until it is overdue, and for nothing.
        self.outbox.close();
    }
}
