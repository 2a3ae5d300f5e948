//! What a handler asks for, done at the pace at which the peer takes it.

use tokio::io::{AsyncRead, AsyncWrite};

use super::connection::Connection;
use super::end::End;
use crate::reply::{Act, Ending};

/// How far that went.
pub(super) enum Acted {
    Done,
    /// The rest has to wait until the peer has taken more.
    Waits(Box<Rest>),
    /// The handler ends the conversation.
    Ends(Box<End>),
}

impl Acted {
    fn end(ending: Ending) -> Self {
        Self::Ends(Box::new(match ending {
            Ending::Close(frame) => End::Closing(frame),
            Ending::Fail(violation) => End::of(violation),
        }))
    }
}

/// What is still to do.
pub(super) struct Rest {
    /// How many messages of the outbox go before it.
    before: usize,
    act: Act,
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Connection<Io> {
    /// Does what a handler asks for.
    ///
    /// Never inlined: what is asked for would be moved once more, in other widths than it was written, and that
    /// stalls the processor for longer than a call takes.
    #[inline(never)]
    pub(super) fn act(&mut self, act: Act) -> Acted {
        match act {
            // As nearly always.
            Act::Send(message) if !self.outbox.is_waiting() => {
                self.encode(message);
                Acted::Done
            }
            // What the handler sent itself goes before its reply. No more than is there now: a task that never stops
            // sending must not keep the reply back.
            act => self.act_rest(Rest { before: self.outbox.len(), act }),
        }
    }

    /// Goes on with it until nothing is left.
    pub(super) async fn carry_out(&mut self, mut acted: Acted) -> Option<Box<End>> {
        loop {
            match acted {
                Acted::Done => return None,
                Acted::Ends(end) => return Some(end),
                Acted::Waits(rest) => {
                    self.relieve().await;
                    acted = self.act_rest(*rest);
                }
            }
        }
    }

    fn act_rest(&mut self, Rest { mut before, act }: Rest) -> Acted {
        // What goes before an end has to be taken in the time that the end has.
        if matches!(act, Act::End(_) | Act::SendAll(_, Some(_))) {
            self.closing_deadline();
        }
        while before > 0 {
            if !self.has_room() {
                return Acted::Waits(Box::new(Rest { before, act }));
            }
            before -= 1;
            match self.outbox.take() {
                Some(message) => self.encode(message),
                None => before = 0,
            }
        }
        match act {
            Act::Nothing => Acted::Done,
            Act::Send(message) => {
                self.encode(message);
                Acted::Done
            }
            Act::SendAll(messages, ending) => {
                let mut messages = messages.into_iter();
                while self.has_room() {
                    match messages.next() {
                        Some(message) => self.encode(message),
                        None => return ending.map_or(Acted::Done, |ending| Acted::end(*ending)),
                    }
                }
                Acted::Waits(Box::new(Rest { before: 0, act: Act::SendAll(messages.collect(), ending) }))
            }
            Act::End(ending) => Acted::end(*ending),
        }
    }

    /// Whether more may be encoded: the peer keeps up, or there is no time left to wait for it.
    fn has_room(&self) -> bool {
        !self.is_burdened() || self.overdue
    }
}
