//! The bounded queue between the senders of a connection and its driver.

mod line;

use std::collections::VecDeque;
use std::ops::Deref;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use tokio::sync::Notify;

use crate::close::CloseFrame;
use crate::config::{Config, Overflow};
use crate::message::Message;
use crate::peer::SendError;
use line::Line;

/// Messages on their way to one peer, bounded in number and bytes.
///
/// Any number of senders fill it; the connection's driver alone empties it. An empty one owns no queue.
#[derive(Debug)]
pub(crate) struct Outbox {
    state: Mutex<State>,
    /// Whether `take` would find anything: spares the driver a lock for each message it handles.
    waiting: AtomicBool,
    /// Told when the connection ends.
    ended: Notify,
    max_messages: usize,
    max_bytes: usize,
    overflow: Overflow,
}

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<Message>,
    bytes: usize,
    close: Option<CloseFrame>,
    /// That close is of the handler that ran then.
    by_handler: bool,
    /// Where it is a reason to close: a message found no room, and nothing was taken since.
    pressed: bool,
    overflowed: bool,
    phase: Phase,
    /// None while nobody waits for room, which is so nearly always.
    line: Option<Box<Line>>,
    driver: Option<Waker>,
}

impl State {
    /// Whether nothing more is taken from a sender.
    const fn is_shut(&self) -> bool {
        matches!(self.phase, Phase::Closed) || self.close.is_some() || self.overflowed
    }

    /// Whether somebody waits for room.
    fn has_waiting(&self) -> bool {
        self.line.as_ref().is_some_and(|line| line.is_waiting())
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Open,
    /// The connection is ending, but what the handlers send still goes out.
    Ending,
    /// Nothing is sent any more.
    Closed,
}

/// Why the senders want the connection to end.
#[derive(Debug)]
pub(crate) enum Wish {
    /// One of them closed it.
    Close { frame: CloseFrame, by_handler: bool },
    /// There was no room for a message, and the policy is to close then.
    Overflow,
}

impl Outbox {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            state: Mutex::default(),
            waiting: AtomicBool::new(false),
            ended: Notify::new(),
            // With no room at all, a sender would wait for ever.
            max_messages: config.outbox_messages.max(1),
            max_bytes: config.outbox_bytes,
            overflow: config.overflow,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code of a user runs under the lock, so a poisoned one still holds a whole state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a message in, if there is room for it now.
    pub(crate) fn try_push(&self, message: Message) -> Result<(), SendError> {
        let mut state = self.lock();
        if state.is_shut() {
            return Err(SendError::Closed);
        }
        if state.has_waiting() || !self.has_room(&state, message.payload().len()) {
            if self.overflow == Overflow::Close {
                // It is the driver's to find out whether that is the peer's fault.
                state.pressed = true;
                self.announce(&state);
            }
            return Err(SendError::Full(message));
        }
        self.admit(&mut state, message);
        Ok(())
    }

    /// One that is larger than all the room there is goes in alone: whoever sends it has it in memory already, and
    /// would wait for ever otherwise.
    fn has_room(&self, state: &State, size: usize) -> bool {
        let kept = state.line.as_ref().map_or(0, |line| line.kept);
        let bytes = state.bytes.saturating_add(size);
        state.queue.len() + kept < self.max_messages && (bytes <= self.max_bytes || state.bytes == 0)
    }

    fn admit(&self, state: &mut State, message: Message) {
        state.bytes += message.payload().len();
        state.queue.push_back(message);
        self.announce(state);
    }

    /// Puts a message in as soon as there is room. Cancel safe.
    pub(crate) async fn push(&self, message: Message) -> Result<(), SendError> {
        match self.try_push(message) {
            // Boxed, so that a handler that sends is not larger by what it needs only to wait.
            Err(SendError::Full(message)) => Box::pin(line::push_in_turn(self, message)).await,
            done => done,
        }
    }

    /// Asks the driver to close; the first close wins.
    pub(crate) fn request_close(&self, frame: CloseFrame, by_handler: bool) {
        let mut state = self.lock();
        if state.phase != Phase::Closed && state.close.is_none() {
            state.close = Some(frame);
            state.by_handler = by_handler;
            self.announce(&state);
            self.tell_the_end(state);
        }
    }

    /// The stream takes nothing more now: a message for which there is no room may be too much for the peer.
    pub(crate) fn stalled(&self) {
        if self.overflow == Overflow::Close && self.is_waiting() {
            let mut state = self.lock();
            if state.pressed || state.has_waiting() {
                state.overflowed = true;
                self.tell_the_end(state);
            }
        }
    }

    /// Tells who waits for the end, and who waits for room that will not come.
    fn tell_the_end(&self, mut state: MutexGuard<'_, State>) {
        let line = state.line.take();
        drop(state);
        if let Some(line) = line {
            line.end();
        }
        self.ended.notify_waiters();
    }

    fn announce(&self, state: &State) {
        self.waiting.store(true, Ordering::Release);
        // The waker stays: the driver registers it once for as long as it runs in the same task.
        if let Some(driver) = &state.driver {
            driver.wake_by_ref();
        }
    }

    /// Whether there may be anything to take or to wish. It is asked for with each message that is handled.
    #[inline]
    pub(crate) fn is_waiting(&self) -> bool {
        self.waiting.load(Ordering::Acquire)
    }

    /// How many messages wait.
    pub(crate) fn len(&self) -> usize {
        if self.is_waiting() { self.lock().queue.len() } else { 0 }
    }

    /// Takes the message that was put in first.
    #[inline]
    pub(crate) fn take(&self) -> Option<Message> {
        if self.is_waiting() { self.take_first() } else { None }
    }

    fn take_first(&self) -> Option<Message> {
        let mut state = self.lock();
        let Some(message) = state.queue.pop_front() else {
            // A queue that once was long must not cost an idle connection its memory.
            state.queue = VecDeque::new();
            // A wish stays until the connection ends, so the flag has to as well.
            self.waiting.store(state.close.is_some() || state.overflowed, Ordering::Release);
            return None;
        };
        state.bytes -= message.payload().len();
        state.pressed = false;
        let has_waiting = state.has_waiting();
        drop(state);
        if has_waiting {
            self.call();
        }
        Some(message)
    }

    /// What the senders want. A close goes out after the messages that wait, an overflow in their place.
    pub(crate) fn wish(&self) -> Option<Wish> {
        if !self.is_waiting() {
            return None;
        }
        let state = self.lock();
        if state.overflowed {
            return Some(Wish::Overflow);
        }
        let frame = state.close.clone()?;
        Some(Wish::Close { frame, by_handler: state.by_handler })
    }

    /// Has this waker told of each push and each wish from now on.
    pub(crate) fn register(&self, waker: &Waker) {
        self.lock().driver = Some(waker.clone());
    }

    /// The connection is ending: whoever waits for that is told, and handlers may still send.
    pub(crate) fn begin_ending(&self) {
        let mut state = self.lock();
        if state.phase == Phase::Open {
            state.phase = Phase::Ending;
            drop(state);
            self.ended.notify_waiters();
        }
    }

    /// Nothing is sent from now on, and every sender is told. What waits is returned.
    pub(crate) fn close(&self) -> VecDeque<Message> {
        let mut state = self.lock();
        state.phase = Phase::Closed;
        let waiting = std::mem::take(&mut state.queue);
        state.bytes = 0;
        state.driver = None;
        self.tell_the_end(state);
        waiting
    }

    pub(crate) fn is_ending(&self) -> bool {
        let state = self.lock();
        state.phase != Phase::Open || state.is_shut()
    }

    pub(crate) async fn ending(&self) {
        loop {
            let mut ended = pin!(self.ended.notified());
            ended.as_mut().enable();
            if self.is_ending() {
                return;
            }
            ended.await;
        }
    }
}

/// The driver's end of an outbox: dropped, however that comes about, every sender learns that nobody listens.
#[derive(Debug)]
pub(crate) struct OutboxEnd(pub(crate) Arc<Outbox>);

impl Deref for OutboxEnd {
    type Target = Outbox;

    fn deref(&self) -> &Outbox {
        &self.0
    }
}

impl Drop for OutboxEnd {
    fn drop(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests;
