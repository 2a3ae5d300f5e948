//! The bounded queue between the senders of a connection and its driver.

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

/// Messages on their way to one peer, bounded in number and bytes.
///
/// Any number of senders fill it; the connection's driver alone empties it. An empty one owns no queue.
#[derive(Debug)]
pub(crate) struct Outbox {
    state: Mutex<State>,
    /// Whether `take` would find anything: spares the driver a lock for each message it handles.
    waiting: AtomicBool,
    /// Told when there is room again, and when the connection ends.
    changed: Notify,
    max_messages: usize,
    max_bytes: usize,
    overflow: Overflow,
}

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<Message>,
    bytes: usize,
    close: Option<CloseFrame>,
    overflowed: bool,
    phase: Phase,
    driver: Option<Waker>,
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
    Close(CloseFrame),
    /// There was no room for a message, and the policy is to close then.
    Overflow,
}

impl Outbox {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            state: Mutex::default(),
            waiting: AtomicBool::new(false),
            changed: Notify::new(),
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
        let size = message.payload().len();
        if size > self.max_bytes {
            return Err(SendError::TooBig { size, limit: self.max_bytes });
        }
        let mut state = self.lock();
        if state.phase == Phase::Closed || state.close.is_some() || state.overflowed {
            return Err(SendError::Closed);
        }
        if state.queue.len() >= self.max_messages || state.bytes + size > self.max_bytes {
            if self.overflow == Overflow::Close {
                state.overflowed = true;
                self.announce(&state);
                return Err(SendError::Closed);
            }
            return Err(SendError::Full(message));
        }
        state.bytes += size;
        state.queue.push_back(message);
        self.announce(&state);
        Ok(())
    }

    /// Puts a message in as soon as there is room.
    ///
    /// Cancel safe: there is no await between taking room and putting the message in.
    pub(crate) async fn push(&self, mut message: Message) -> Result<(), SendError> {
        loop {
            let mut changed = pin!(self.changed.notified());
            // Registered before looking, so that room made in between is not missed.
            changed.as_mut().enable();
            match self.try_push(message) {
                Ok(()) => return Ok(()),
                Err(SendError::Full(back)) => message = back,
                Err(error) => return Err(error),
            }
            changed.await;
        }
    }

    /// Asks the driver to close; the first close wins.
    pub(crate) fn request_close(&self, frame: CloseFrame) {
        let mut state = self.lock();
        if state.phase != Phase::Closed && state.close.is_none() {
            state.close = Some(frame);
            self.announce(&state);
            self.changed.notify_waiters();
        }
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
        drop(state);
        self.changed.notify_waiters();
        Some(message)
    }

    /// What the senders want. A close goes out behind the messages that wait, an overflow in their place.
    pub(crate) fn wish(&self) -> Option<Wish> {
        if !self.is_waiting() {
            return None;
        }
        let state = self.lock();
        if state.overflowed { Some(Wish::Overflow) } else { state.close.clone().map(Wish::Close) }
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
            self.changed.notify_waiters();
        }
    }

    /// Nothing is sent from now on: what waits is dropped, and every sender is told.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.phase = Phase::Closed;
        let waiting = std::mem::take(&mut state.queue);
        state.bytes = 0;
        state.driver = None;
        drop(state);
        drop(waiting);
        self.changed.notify_waiters();
    }

    pub(crate) fn is_ending(&self) -> bool {
        let state = self.lock();
        state.phase != Phase::Open || state.close.is_some() || state.overflowed
    }

    pub(crate) async fn ending(&self) {
        loop {
            let mut changed = pin!(self.changed.notified());
            changed.as_mut().enable();
            if self.is_ending() {
                return;
            }
            changed.await;
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
