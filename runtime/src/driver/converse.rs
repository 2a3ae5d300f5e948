//! The conversation: each message to its handler, each reply on its way, until an end is noted.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll};

use futures_util::FutureExt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::{coop, yield_now};
use tokio::time::Instant;

use super::connection::Connection;
use super::decode::{Next, Undecoded, binary_message, owned_binary_message, text_message};
use super::end::End;
use super::inbox::Arrived;
use crate::codec::IntoMessage;
use crate::endpoint::{Endpoint, Invalid};
use crate::message::Kind;
use crate::peer::Peer;
use crate::reply::{Act, Outcome, Verdict};
use crate::wire::{Event, Lost, TextPayload, Violation};

/// How many messages a connection handles before it is the turn of others: as many as tokio gives a task for its
/// own resources. Counted here, since asking tokio for each message costs more than decoding it.
const TURN: u32 = 128;

/// How a handler ended. The text of a panic may hold a payload, so that the panic hook alone tells it.
///
/// No `Result`: as with [`Act`], whole words are moved faster.
enum Handled<T> {
    Returned(T),
    Panicked,
    /// It took longer than the closing handshake may.
    Abandoned,
}

/// Runs the handlers of a connection, one after the other, until it ends.
pub(super) async fn converse<Io, E>(
    connection: &mut Connection<Io>,
    endpoint: &mut E,
    peer: &Peer<E::Sends>,
) -> End
where
    Io: AsyncRead + AsyncWrite + Unpin,
    E: Endpoint,
{
    let mut outcome = connection.attend(|| endpoint.on_open(peer)).await;
    loop {
        match outcome {
            // As nearly always, and then there is nothing to wait for.
            Handled::Returned(Outcome(Act::Send(message))) if !connection.outbox.is_waiting() => {
                connection.encode(message)
            }
            outcome => {
                let ended = connection.settle(outcome).await;
                if ended.is_some() {
                    return connection.conclude(ended);
                }
            }
        }
        if connection.is_burdened() {
            connection.relieve().await;
        }
        if connection.is_turn_over() {
            connection.take_turns().await;
        }
        outcome = match connection.next::<E>().await {
            Next::Text(message) => connection.attend(|| endpoint.on_text(message, peer)).await,
            Next::Binary(message) => connection.attend(|| endpoint.on_binary(message, peer)).await,
            Next::Invalid(undecoded) => {
                let Undecoded { kind, payload, error } = &*undecoded;
                let invalid = Invalid { kind: *kind, payload, error };
                let verdict = connection.attend(|| endpoint.on_invalid(invalid, peer)).await;
                match verdict {
                    Handled::Returned(verdict) => judge(*kind, verdict),
                    Handled::Panicked => Handled::Panicked,
                    Handled::Abandoned => Handled::Abandoned,
                }
            }
            Next::Panicked => Handled::Panicked,
            Next::Ended => return connection.conclude(None),
        };
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Connection<Io> {
    /// Waits for the next message, and decodes it.
    async fn next<E: Endpoint>(&mut self) -> Next<E> {
        poll_fn(|context| {
            loop {
                self.look();
                if self.overdue || self.end.as_ref().is_some_and(|end| !end.waits_for_messages()) {
                    return Poll::Ready(Next::Ended);
                }
                if let Some(arrived) = self.inbox.pop() {
                    return Poll::Ready(match arrived {
                        Arrived::Text(text) => text_message(TextPayload::Owned(text)),
                        Arrived::Binary(bytes) => owned_binary_message(bytes),
                    });
                }
                if !self.input.is_empty() {
                    let next = self.decode(|event| match event {
                        Event::Text(payload) => Some(text_message(payload)),
                        Event::Binary(payload) => Some(binary_message(payload)),
                        _ => None,
                    });
                    match next {
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
        .await
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
            let _ = self.poll_io(context);
            Poll::Ready(())
        })
        .await;
    }

    /// Runs one handler. While it has to wait, the connection goes on: replies are flushed, pings answered, and
    /// a close is noticed.
    async fn attend<F: Future>(&mut self, handler: impl FnOnce() -> F) -> Handled<F::Output> {
        // Nothing of a handler is used after it panicked but the endpoint's `on_close`, whose author knows.
        let Ok(handler) = catch_unwind(AssertUnwindSafe(handler)) else { return Handled::Panicked };
        let mut handler = pin!(Some(AssertUnwindSafe(handler).catch_unwind()));
        let (mut waited, mut greedy) = (false, false);
        let handled = poll_fn(|context| {
            // A handler that uses up the task's budget at each turn would leave nothing for the I/O behind it.
            if greedy && self.poll_meanwhile(context).is_ready() {
                return Poll::Ready(Handled::Abandoned);
            }
            if let Some(handler) = handler.as_mut().as_pin_mut()
                && let Poll::Ready(output) = handler.poll(context)
            {
                return Poll::Ready(output.map_or(Handled::Panicked, Handled::Returned));
            }
            (waited, greedy) = (true, !coop::has_budget_remaining());
            self.poll_meanwhile(context).map(|()| Handled::Abandoned)
        })
        .await;
        if waited {
            self.now = Instant::now();
        }
        // What an abandoned one holds is dropped, and that may panic like any code of a user.
        if matches!(handled, Handled::Abandoned)
            && catch_unwind(AssertUnwindSafe(|| handler.set(None))).is_err()
        {
            return Handled::Panicked;
        }
        handled
    }

    /// What goes on beside a handler; ready when the handler has to be abandoned.
    fn poll_meanwhile(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            if self.overdue {
                return Poll::Ready(());
            }
            self.read_ahead();
            if self.poll_io(context).is_pending() {
                return Poll::Pending;
            }
        }
    }

    /// Does what a handler's return value asks for.
    async fn settle(&mut self, outcome: Handled<Outcome>) -> Option<End> {
        // What the handler sent itself goes before its reply.
        self.encode_outbox().await;
        match outcome {
            Handled::Returned(Outcome(Act::Nothing)) | Handled::Abandoned => None,
            Handled::Returned(Outcome(Act::Send(message))) => {
                self.encode(message);
                None
            }
            Handled::Returned(Outcome(Act::SendAll(messages, end))) => {
                for message in messages {
                    self.encode(message);
                    self.relieve().await;
                }
                end.map(|violation| End::of(*violation))
            }
            Handled::Returned(Outcome(Act::Close(frame))) => Some(End::Closing(*frame)),
            Handled::Returned(Outcome(Act::Fail(violation))) => Some(End::of(*violation)),
            Handled::Panicked => Some(End::Failed(Violation::HandlerPanic)),
        }
    }

    /// The end of the conversation: the handler's own, or what was noted.
    ///
    /// A handler's comes first in the order of the messages, so it goes before a violation after it; but where the
    /// peer has closed or is gone, that is how the connection ended.
    fn conclude(&mut self, handlers: Option<End>) -> End {
        match (self.end.take(), handlers) {
            (Some(noted @ (End::PeerClosed(_) | End::Lost(_))), _) => noted,
            (_, Some(end)) | (Some(end), None) => end,
            // Not reached, since a conversation ends for one of the two; and no reason is no Close.
            (None, None) => End::Lost(Lost::EndOfStream),
        }
    }
}

/// What an endpoint wants done about a message that did not decode.
fn judge<M: IntoMessage>(kind: Kind, verdict: Verdict<M>) -> Handled<Outcome> {
    Handled::Returned(match verdict {
        Verdict::Refuse => Outcome::fail(Violation::Undecodable { kind }),
        Verdict::Reply(reply) => match catch_unwind(AssertUnwindSafe(|| Outcome::send(reply))) {
            Ok(outcome) => outcome,
            Err(_) => return Handled::Panicked,
        },
        Verdict::Ignore => Outcome::nothing(),
        Verdict::Close(frame) => Outcome::close(frame),
    })
}
