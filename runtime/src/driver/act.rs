//! What a handler asks for, done at the pace at which the peer takes it.

use std::mem::replace;
use std::vec;

use tokio::io::{AsyncRead, AsyncWrite};

use super::connection::Connection;
use super::end::End;
use crate::message::Message;
use crate::reply::{Act, Ending};

/// How far that went.
pub(super) enum Acted {
    Done,
    /// The rest has to wait until the peer has taken more.
    Waits(Box<Rest>),
    /// The handler ends the conversation, which is noted.
    Ends,
}

/// What is still to do.
pub(super) struct Rest {
    /// How many messages of the outbox go before it.
    before: usize,
    messages: vec::IntoIter<Message>,
    ends: bool,
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Connection<Io> {
    /// Does what a handler asks for, and leaves of that what does not matter.
    ///
    /// By reference, and never inlined: what is asked for would be moved once more, in other widths than it was written,
    /// and that stalls the processor for longer than a call takes.
    #[inline(never)]
    pub(super) fn act(&mut self, act: &mut Act) -> Acted {
        match act {
            // As nearly always.
            Act::Send(message) if !self.outbox.is_waiting() => {
                self.encode(message);
                Acted::Done
            }
            Act::SendEncoded(encoded) if !self.outbox.is_waiting() => {
                self.encode_in_place(encoded);
                Acted::Done
            }
            act => self.act_in_turn(replace(act, Act::Nothing)),
        }
    }

    /// Does it after what waits in the outbox.
    #[inline(never)]
    fn act_in_turn(&mut self, act: Act) -> Acted {
        let (messages, ending) = match act {
            Act::Nothing => (Vec::new(), None),
            Act::Send(message) => (vec![message], None),
            Act::SendEncoded(mut encoded) => {
                return match self.act_rest(self.behind_outbox(Vec::new(), false)) {
                    Acted::Waits(mut rest) => {
                        rest.messages = vec![encoded.into()].into_iter();
                        Acted::Waits(rest)
                    }
                    acted => {
                        self.encode_in_place(&mut encoded);
                        acted
                    }
                };
            }
            Act::SendAll(messages, ending) => (messages, ending),
            Act::End(ending) => (Vec::new(), Some(ending)),
        };
        let ends = ending.is_some();
        if let Some(ending) = ending {
            // At once, although messages go before it: they have the time that the end has, and no later end wins. But
            // what the handler asked for by its `Peer` was before.
            self.note_asked_end();
            self.note_by_handler(match *ending {
                Ending::Close(frame) => End::Closing(frame),
                Ending::Fail(violation) => End::Failed(violation),
            });
        }
        self.act_rest(self.behind_outbox(messages, ends))
    }

    /// What the handler sent itself goes before its reply. No more than is there now: a task that never stops sending
    /// must not keep the reply back.
    fn behind_outbox(&self, messages: Vec<Message>, ends: bool) -> Rest {
        Rest { before: self.outbox.len(), messages: messages.into_iter(), ends }
    }

    /// Goes on with it until nothing is left; whether the handler ends the conversation.
    pub(super) async fn carry_out(&mut self, mut acted: Acted) -> bool {
        loop {
            match acted {
                Acted::Done => return false,
                Acted::Ends => return true,
                Acted::Waits(rest) => {
                    self.relieve().await;
                    acted = self.act_rest(*rest);
                }
            }
        }
    }

    fn act_rest(&mut self, mut rest: Rest) -> Acted {
        while self.has_room() {
            let earlier = if rest.before > 0 { self.outbox.take() } else { None };
            rest.before = if earlier.is_some() { rest.before - 1 } else { 0 };
            match earlier.or_else(|| rest.messages.next()) {
                Some(mut message) => self.encode(&mut message),
                None if rest.ends => return Acted::Ends,
                None => return Acted::Done,
            }
        }
        Acted::Waits(Box::new(rest))
    }

    /// Whether more may be encoded: the peer keeps up, or there is no time left to wait for it.
    fn has_room(&self) -> bool {
        !self.is_burdened() || self.overdue
    }
}
