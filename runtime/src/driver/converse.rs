//! The conversation: each message to its handler, each reply on its way, until an end is noted.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::thread;

use futures_util::FutureExt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::yield_now;

use super::act::Acted;
use super::attend::Handler;
use super::connection::Connection;
use super::decode::{self, Next, Undecoded};
use super::end::End;
use crate::codec::IntoMessage;
use crate::endpoint::{Endpoint, Invalid};
use crate::message::Kind;
use crate::peer::Peer;
use crate::reply::{Outcome, Verdict};
use crate::wire::{Lost, Violation};

/// How many messages a connection handles before it is the turn of others: as many as tokio gives a task for its
/// own resources. Counted here, since asking tokio for each message costs more than decoding it.
const TURN: u8 = 128;

impl<Io: AsyncRead + AsyncWrite + Unpin> Connection<Io> {
    /// Runs the handlers, one after the other, until an end is noted that ends the conversation.
    ///
    /// # Panics
    ///
    /// Where code of a user does: a decoder, a handler, or the drop of what these hold. After it the connection can
    /// be ended, as after any handler: it is in the middle of no frame while such code runs.
    #[expect(
        clippy::manual_async_fn,
        reason = "an `async fn` keeps its arguments twice: as they came, and as they are used"
    )]
    pub(super) fn converse<E: Endpoint>(
        &mut self,
        endpoint: &mut E,
        peer: &Peer<E::Sends>,
    ) -> impl Future<Output = ()> {
        async move {
            let mut acted = self.attend(pin!(endpoint.on_open(peer))).await;
            loop {
                if !matches!(acted, Acted::Done) && self.carry_out(acted).await {
                    return;
                }
                if self.is_burdened() {
                    self.relieve().await;
                }
                if self.is_turn_over() {
                    self.take_turns().await;
                }
                let undecoded;
                let handler = pin!(match self.next::<E>().await {
                    Next::Text(message) => Handler::Text { handler: endpoint.on_text(message, peer) },
                    Next::Binary(message) => Handler::Binary { handler: endpoint.on_binary(message, peer) },
                    Next::Invalid(invalid) => {
                        undecoded = invalid;
                        let Undecoded { kind, payload, error } = &*undecoded;
                        let verdict = endpoint.on_invalid(Invalid { kind: *kind, payload, error }, peer);
                        Handler::Invalid { handler: verdict.map(|verdict| judge(*kind, verdict)) }
                    }
                    Next::Ended => return,
                });
                acted = self.attend(handler).await;
            }
        }
    }

    /// Waits for the next message, and decodes it.
    fn next<E: Endpoint>(&mut self) -> impl Future<Output = Next<E>> {
        poll_fn(|context| {
            loop {
                // Before anything is written: what comes to light by that, a peer that is gone or an outbox that was
                // full, is no reason to end what somebody ends already.
                self.note_asked_end();
                if self.overdue || self.end.as_ref().is_some_and(|end| self.is_over(end)) {
                    return Poll::Ready(Next::Ended);
                }
                if let Some(mut arrived) = self.inbox.pop() {
                    return Poll::Ready(decode::arrived(&mut arrived));
                }
                if !self.input.is_empty() {
                    match self.decode(decode::message) {
                        Some(next) => return Poll::Ready(next),
                        None => continue,
                    }
                }
                if self.end.is_some() {
                    return Poll::Ready(Next::Ended);
                }
                if self.poll_io(context).is_pending() {
                    self.turn = 0;
                    return Poll::Pending;
                }
            }
        })
    }

    /// Whether nothing more is handled. That is so too where this side has closed while the peer's own end, which waits
    /// for the messages before it, was read ahead.
    fn is_over(&self, end: &End) -> bool {
        !end.waits_for_messages() || self.outbox.wish().is_some()
    }

    /// Counts a message, and tells whether it was the last of this turn.
    const fn is_turn_over(&mut self) -> bool {
        self.turn = (self.turn + 1) % TURN;
        self.turn == 0
    }

    /// Lets the other tasks of this thread run: a peer that always has a message ready must not keep them waiting.
    /// And lets this connection's own I/O run, for which it is time then too.
    async fn take_turns(&mut self) {
        yield_now().await;
        self.is_now = false;
        poll_fn(|context| {
            let _ = self.poll_io_aside(context);
            Poll::Ready(())
        })
        .await;
    }

    /// Why the conversation has ended.
    pub(super) async fn conclude(&mut self, handlers: thread::Result<()>) -> Box<End> {
        // The text of a panic may hold a payload, so that the panic hook alone tells it.
        if handlers.is_err() {
            let Outcome(mut act) = Outcome::fail(Violation::HandlerPanic);
            let acted = self.act(&mut act);
            self.carry_out(acted).await;
        }
        // Not reached without one, since that is why a conversation ends; and no reason is no Close.
        self.end.take().unwrap_or_else(|| Box::new(End::Lost(Lost::EndOfStream)))
    }
}

/// What an endpoint wants done about a message that did not decode.
fn judge<M: IntoMessage>(kind: Kind, verdict: Verdict<M>) -> Outcome {
    match verdict {
        Verdict::Refuse => Outcome::fail(Violation::Undecodable { kind }),
        Verdict::Reply(reply) => Outcome::send(reply),
        Verdict::Ignore => Outcome::nothing(),
        Verdict::Close(frame) => Outcome::close(frame),
    }
}
