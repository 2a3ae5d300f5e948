//! One connection: its state, its deadlines, and what is to be sent.

use std::time::Instant;

use bytes::BufMut;

use super::assembly::lend;
use super::control::{Bucket, Waiting, received_close};
use super::decoder::{Decoder, Item};
use super::event::{Event, Lost, ReceivedClose, State, Step};
use super::frame::Control;
use super::limits::{Limits, Role};
use super::violation::{Violation, close_code};
use crate::close::{CloseCode, CloseFrame};

mod sending;
mod timers;

use timers::Timers;

/// The protocol state of one connection. While nothing is unfinished and nothing waits, it owns no heap
/// memory.
///
/// In the order of the fields, and so those within: what is looked at with each message comes together.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Session {
    /// What the bytes amount to.
    decoder: Decoder,
    /// Control frames of ours that wait.
    waiting: Waiting,
    /// Where the connection is on its way to its end.
    state: State,
    /// Input is taken and ignored: after a violation (7.1.7: the endpoint "MUST NOT continue to attempt to
    /// process data (including a responding Close frame)"), after the peer's Close (5.5.1: no more data
    /// follows), and when the connection is lost.
    deaf: bool,
    /// A pong is due for a ping of ours, and costs the peer nothing.
    pong_due: bool,
    /// The code of the peer's Close, for the reply.
    peer_code: Option<CloseCode>,
    /// When something happened last.
    timers: Timers,
    /// What is allowed.
    limits: Limits,
    /// How many pings and pongs may still come.
    bucket: Bucket,
}

impl Session {
    /// A connection right after its opening handshake.
    pub(crate) fn new(role: Role, limits: Limits, now: Instant) -> Self {
        debug_assert!(limits.accepts_text || limits.accepts_binary, "an endpoint declares a kind");
        Self {
            state: State::Open,
            deaf: false,
            pong_due: false,
            peer_code: None,
            decoder: Decoder::new(role),
            bucket: Bucket::new(&limits, now),
            waiting: Waiting::default(),
            timers: Timers::new(now),
            limits,
        }
    }

    /// Where the connection is on its way to its end. The driver knows from the events.
    #[cfg(any(test, fuzzing))]
    pub(crate) const fn state(&self) -> State {
        self.state
    }

    /// Takes bytes from the peer, up to the first event.
    ///
    /// When there is no event all of them are taken: what is unfinished is kept inside. After an event, call again
    /// with the bytes that were not consumed. Inlined, so the event is not passed through memory.
    #[inline(always)]
    pub(crate) fn handle_input<'a>(&mut self, input: &'a mut [u8], now: Instant) -> Step<'a> {
        let len = input.len();
        if len == 0 {
            return Step { consumed: 0, event: None };
        }
        self.timers.heard(now);
        let mut rest = input;
        if !self.deaf
            && let Some((kind, payload)) = self.decoder.next_whole(&mut rest, &self.limits)
        {
            self.timers.message(now);
            let event = match lend(kind, payload) {
                Ok(event) => Some(event),
                Err(violation) => self.violated(violation),
            };
            return Step { consumed: len - rest.len(), event };
        }
        self.handle_frames(rest, now)
    }

    /// Takes whatever the bytes are, up to the first event.
    fn handle_frames<'a>(&mut self, mut rest: &'a mut [u8], now: Instant) -> Step<'a> {
        let len = rest.len();
        while !self.deaf {
            let next = self.decoder.next(&mut rest, &self.limits);
            // After each item, since what follows one that is whole has a time of its own.
            self.timers.unfinished(self.decoder.is_unfinished(), now);
            let event = match next {
                Ok(Some(item)) => self.take_item(item, now),
                Ok(None) => break,
                Err(violation) => self.violated(violation),
            };
            if event.is_some() {
                return Step { consumed: len - rest.len(), event };
            }
        }
        Step { consumed: len, event: None }
    }

    /// Where the next bytes of the stream may be read to instead, if at least `least` bytes of a message's
    /// payload are there and as many are to come: so a long one is not copied. What is read there goes to
    /// [`handle_read`](Self::handle_read), and nothing else may come in between.
    #[inline]
    pub(crate) fn space(&mut self, least: usize) -> Option<impl BufMut + '_> {
        // As between any two messages.
        if !self.decoder.is_unfinished() {
            return None;
        }
        self.decoder.space(least)
    }

    /// Takes the `len` bytes that were read to [`space`](Self::space).
    pub(crate) fn handle_read(&mut self, len: usize, now: Instant) -> Option<Event<'static>> {
        self.timers.heard(now);
        let next = self.decoder.take_read(len);
        self.timers.unfinished(self.decoder.is_unfinished(), now);
        match next {
            Ok(item) => self.take_item(item?, now),
            Err(violation) => self.violated(violation),
        }
    }

    /// Whether a frame or a message has begun that is not whole.
    pub(crate) const fn is_unfinished(&self) -> bool {
        self.decoder.is_unfinished()
    }

    /// Takes the end of the stream.
    ///
    /// There is an event only while no Close went either way and nothing failed. In state [`State::Closing`]
    /// it means that the peer's Close will not come. A peer that has only stopped sending may still read:
    /// what came before can be answered.
    pub(crate) fn handle_eof(&mut self) -> Option<Event<'static>> {
        if self.state != State::Open || self.deaf {
            return None;
        }
        self.deafen();
        Some(Event::Lost(Lost::EndOfStream))
    }

    /// Starts the closing handshake (7.1.2), or completes it with a code of our own after the peer's Close.
    ///
    /// What comes in from then on is skipped frame by frame, watching for the peer's Close. Without effect
    /// once a Close was queued or the connection failed.
    pub(crate) fn close(&mut self, frame: &CloseFrame) {
        match self.state {
            State::Open => {
                self.state = State::Closing;
                self.decoder.skip_data();
            }
            State::PeerClosing => self.state = State::Closed,
            State::Closing | State::Closed | State::Failed => return,
        }
        self.waiting.close(Some(frame));
    }

    /// Replies to the peer's Close: 5.5.1, "the endpoint typically echos the status code it received".
    ///
    /// Without effect in any state but [`State::PeerClosing`].
    pub(crate) fn reply_close(&mut self) {
        if self.state == State::PeerClosing {
            self.state = State::Closed;
            self.waiting.close(self.peer_code.map(CloseFrame::from).as_ref());
        }
    }

    /// Fails the connection (7.1.7): queues a Close with the violation's code, if none was, and ignores all
    /// input.
    pub(crate) fn fail(&mut self, violation: &Violation) {
        if matches!(self.state, State::Open | State::PeerClosing) {
            self.waiting.close(Some(&CloseFrame::new(close_code(violation), violation.to_string())));
        }
        if self.state != State::Closed {
            self.state = State::Failed;
        }
        self.deafen();
    }

    /// Acts on a message or a control frame.
    fn take_item<'a>(&mut self, item: Item<'a>, now: Instant) -> Option<Event<'a>> {
        match item {
            Item::Message(event) => {
                self.timers.message(now);
                Some(event)
            }
            Item::Control(Control::Close, payload) => match received_close(&payload) {
                Ok(close) => Some(self.closed_by_peer(close)),
                Err(violation) => self.violated(violation),
            },
            Item::Control(control @ (Control::Ping | Control::Pong), payload) => {
                self.take_heartbeat(control, &payload, now)
            }
        }
    }

    /// Answers a ping; a pong needs nothing, since each byte counts as a sign of life.
    fn take_heartbeat(&mut self, control: Control, payload: &[u8], now: Instant) -> Option<Event<'static>> {
        // 5.5.2: a ping is to be answered "unless it already received a Close frame". After our own Close an
        // answer is of no use, and the deadline for the peer's Close bounds how many can come.
        if self.state != State::Open {
            return None;
        }
        // 5.5.2: the peer has to answer our pings, however many those are.
        let is_due = control == Control::Pong && std::mem::take(&mut self.pong_due);
        if !is_due && !self.bucket.take(&self.limits, now) {
            return self.violated(Violation::ControlFlood);
        }
        if control == Control::Ping {
            self.waiting.pong(payload);
        }
        None
    }

    /// Notes the peer's Close.
    fn closed_by_peer(&mut self, close: ReceivedClose) -> Event<'static> {
        self.state = match self.state {
            State::Closing => State::Closed,
            _ => State::PeerClosing,
        };
        self.peer_code = CloseCode::new(close.code);
        self.deafen();
        Event::Close(close)
    }

    /// Stops listening, for a violation.
    fn violated(&mut self, violation: Violation) -> Option<Event<'static>> {
        self.deafen();
        // After our Close there is nobody to tell: the code is sent, and the peer's own mistakes no longer
        // matter. But its frames cannot be followed any more, so that its Close is not found either, and the
        // state stays as it is until the stream ends or the deadline passes.
        (self.state == State::Open).then_some(Event::Violation(violation))
    }

    /// Gives the connection up: nobody is there to send to.
    fn lost(&mut self, lost: Lost) -> Event<'static> {
        self.state = State::Failed;
        self.waiting = Waiting::default();
        self.deafen();
        Event::Lost(lost)
    }

    /// Ignores all further input, and gives back the memory of what was unfinished.
    fn deafen(&mut self) {
        self.deaf = true;
        self.decoder.discard();
    }

    /// How much heap memory it owns.
    #[cfg(any(test, fuzzing))]
    pub(super) fn capacity(&self) -> usize {
        self.decoder.capacity() + self.waiting.capacity()
    }
}
