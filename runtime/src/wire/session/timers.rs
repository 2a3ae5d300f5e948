//! The session's deadlines. What happens only notes its time; the deadlines are computed when they are asked
//! for.

use std::time::{Duration, Instant};

use super::{Event, Lost, Session, State};
use crate::wire::limits::Limits;
use crate::wire::violation::Violation;

/// When something happened last.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Timers {
    /// When the frame or the message began that is not whole yet.
    begun: Option<Instant>,
    /// The last time that bytes came in.
    last_byte: Instant,
    /// The last data message either way.
    last_message: Instant,
    /// When we sent a ping after which nothing came in yet.
    pinged: Option<Instant>,
}

/// What a deadline is for.
#[derive(Clone, Copy)]
enum Due {
    /// The message that has begun is not whole in time.
    Message,
    /// There was no data message for too long.
    Idle,
    /// Nothing came in after our ping.
    Pong,
    /// Nothing came in, so a ping is due.
    Ping,
}

impl Timers {
    /// The timers of a connection that has just begun.
    pub(super) const fn new(now: Instant) -> Self {
        Self { last_byte: now, last_message: now, begun: None, pinged: None }
    }

    /// Bytes came in: whatever they are, the peer is alive.
    pub(super) const fn heard(&mut self, now: Instant) {
        self.last_byte = now;
        self.pinged = None;
    }

    /// From `since` on bytes may have come in that nobody read: what is due of the peer is due that much later.
    pub(super) fn excuse(&mut self, since: Instant, now: Instant) {
        if self.pinged.is_some() {
            self.heard(now);
        }
        self.begun = self.begun.map(|begun| begun + now.saturating_duration_since(since.max(begun)));
    }

    /// A data message came in or goes out.
    pub(super) const fn message(&mut self, now: Instant) {
        self.last_message = now;
    }

    /// Whether a frame or a message has begun. Its time runs from the first call that says so: single bytes,
    /// single fragments and pings between them do not gain any.
    pub(super) fn unfinished(&mut self, unfinished: bool, now: Instant) {
        self.begun = unfinished.then(|| self.begun.unwrap_or(now));
    }

    /// The earliest deadline, and what it is for.
    fn next(&self, limits: &Limits) -> Option<(Instant, Due)> {
        // A deadline too far off for the clock is none.
        let at =
            |since: Option<Instant>, after: Option<Duration>, due| Some((since?.checked_add(after?)?, due));
        let life = match self.pinged {
            Some(pinged) => at(Some(pinged), Some(limits.pong_deadline), Due::Pong),
            None => at(Some(self.last_byte), limits.ping_interval, Due::Ping),
        };
        // Of two that are due at once the first here wins: a reason that can be told to the peer goes before
        // a loss.
        [
            at(self.begun, Some(limits.message_deadline), Due::Message),
            at(Some(self.last_message), limits.idle_timeout, Due::Idle),
            life,
        ]
        .into_iter()
        .flatten()
        .min_by_key(|(at, _)| *at)
    }
}

impl Session {
    /// This side has not read since then: the peer's silence is not its own.
    ///
    /// It is pinged all the same: a stream that nobody is on any more breaks at the write.
    pub(crate) fn excuse(&mut self, since: Instant, now: Instant) {
        self.timers.excuse(since, now);
        self.bucket.excuse(&self.limits, since, now);
    }

    /// This side works on a message, or did so until now: the connection is not idle.
    pub(crate) const fn work(&mut self, now: Instant) {
        self.timers.message(now);
    }

    /// The peer has not taken yet what went before a ping of ours: its answer is due from now on.
    pub(crate) fn excuse_pong(&mut self, now: Instant) {
        self.timers.pinged = self.timers.pinged.map(|_| now);
    }

    /// Whether a ping of ours went out after which nothing came in yet.
    pub(crate) const fn awaits_pong(&self) -> bool {
        self.timers.pinged.is_some()
    }

    /// The earliest time at which `handle_timeout` has something to do.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.next_due().map(|(at, _)| at)
    }

    /// Acts on a deadline that has passed; called earlier, it does nothing.
    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Option<Event<'static>> {
        let (_, due) = self.next_due().filter(|(at, _)| *at <= now)?;
        match due {
            Due::Message => self.violated(Violation::MessageTimeout),
            // It is heard on, so that its Close is read after ours.
            Due::Idle => Some(Event::Idle),
            Due::Pong => Some(self.lost(Lost::NoPong)),
            Due::Ping => {
                self.waiting.ping();
                self.timers.pinged = Some(now);
                self.pong_due = true;
                None
            }
        }
    }

    /// The earliest deadline that still matters, and what it is for.
    fn next_due(&self) -> Option<(Instant, Due)> {
        // Once the connection is to end, what happens next is the driver's decision, and it has its own time for that:
        // handlers that still run are part of it.
        let waits = self.state == State::Open && !self.deaf;
        if waits { self.timers.next(&self.limits) } else { None }
    }
}
