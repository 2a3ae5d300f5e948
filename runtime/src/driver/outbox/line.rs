//! The senders that wait for room in an outbox, in the order in which they came.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::Notify;

use super::{Outbox, SendError, State};
use crate::message::Message;

/// Room is kept for the first as soon as there is enough of it, and then it is told. So who wants much room is not
/// overtaken by who wants little, a message that is taken wakes no more than find room by that, and who is not polled
/// any more holds up nobody.
///
/// It is there only as long as somebody waits.
#[derive(Debug, Default)]
pub(super) struct Line {
    waiting: VecDeque<Arc<Ticket>>,
    /// How many messages have room kept for them, and are not put in yet. Their bytes count as if they were.
    pub(super) kept: usize,
}

/// What one sender waits for.
#[derive(Debug)]
struct Ticket {
    size: usize,
    /// Told once: that room is kept, or that there will be none.
    told: Notify,
}

impl Line {
    /// Whether somebody has found no room yet.
    pub(super) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Tells everybody that there will be no room.
    pub(super) fn end(&self) {
        for ticket in &self.waiting {
            ticket.told.notify_one();
        }
    }
}

impl Outbox {
    /// Tells the first ones in the line that there is room for them. Nobody is woken under the lock.
    pub(super) fn call(&self) {
        while let Some(ticket) = self.keep_room() {
            ticket.told.notify_one();
        }
    }

    fn keep_room(&self) -> Option<Arc<Ticket>> {
        let mut state = self.lock();
        let size = state.line.as_ref()?.waiting.front()?.size;
        if !self.has_room(&state, size) {
            return None;
        }
        state.bytes += size;
        let line = state.line.as_mut()?;
        line.kept += 1;
        line.waiting.pop_front()
    }
}

/// One sender's place in the line, given up on drop.
struct Place<'a> {
    outbox: &'a Outbox,
    ticket: Arc<Ticket>,
    left: bool,
}

impl<'a> Place<'a> {
    fn take(outbox: &'a Outbox, size: usize) -> Self {
        let ticket = Arc::new(Ticket { size, told: Notify::new() });
        let mut state = outbox.lock();
        if state.is_shut() {
            ticket.told.notify_one();
        } else {
            state.line.get_or_insert_default().waiting.push_back(Arc::clone(&ticket));
        }
        Self { outbox, ticket, left: false }
    }

    /// Gives back the place, or the room that is kept.
    fn leave(&mut self, state: &mut State) {
        self.left = true;
        // Without a line nothing can be sent any more.
        let Some(line) = &mut state.line else { return };
        if let Some(place) = line.waiting.iter().position(|ticket| Arc::ptr_eq(ticket, &self.ticket)) {
            line.waiting.remove(place);
        } else {
            line.kept -= 1;
            state.bytes -= self.ticket.size;
        }
        if line.kept == 0 && line.waiting.is_empty() {
            state.line = None;
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if !self.left {
            let outbox = self.outbox;
            self.leave(&mut outbox.lock());
            outbox.call();
        }
    }
}

/// Puts a message in when its turn has come and there is room.
///
/// Cancel safe: there is no await between being told of room and putting the message in, and what is kept for whoever is
/// dropped goes to the next.
pub(super) async fn push_in_turn(outbox: &Outbox, message: Message) -> Result<(), SendError> {
    let mut place = Place::take(outbox, message.payload().len());
    // There may be room since it was looked for.
    outbox.call();
    place.ticket.told.notified().await;
    let mut state = outbox.lock();
    place.leave(&mut state);
    if state.is_shut() {
        return Err(SendError::Closed);
    }
    outbox.admit(&mut state, message);
    Ok(())
}

#[cfg(test)]
mod tests;
