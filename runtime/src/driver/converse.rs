//! The conversation: each message to its handler, each reply on its way, until an end is noted.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::FutureExt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::{coop, yield_now};
use tokio::time::Instant;

use super::connection::Connection;
use super::end::End;
use super::inbox::Arrived;
use crate::codec::{DecodeError, FromBinary, FromText, IntoMessage};
use crate::endpoint::{Endpoint, Invalid};
use crate::message::Kind;
use crate::peer::Peer;
use crate::reply::{Act, Outcome, Verdict};
use crate::wire::{BinaryPayload, Event, Lost, TextPayload, Violation};

/// How many messages a connection handles before it is the turn of others: as many as tokio gives a task for its
/// own resources. Counted here, since asking tokio for each message costs more than decoding it.
const TURN: u32 = 128;

/// What the endpoint has to do next.
enum Next<E: Endpoint> {
    Text(E::Text),
    Binary(E::Binary),
    Invalid {
        kind: Kind,
        payload: Bytes,
        error: DecodeError,
    },
    /// The decoder of a user's type panicked.
    Panicked,
    Ended,
}

/// A handler panicked, or took longer than the closing handshake may.
enum Stopped {
    Panicked,
    Abandoned,
}

impl Stopped {
    /// The panic itself is told by the panic hook; its text may hold a payload, and goes nowhere from here.
    fn panicked(_: Box<dyn Any + Send>) -> Self {
        Self::Panicked
    }
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
            Ok(Outcome(Act::Send(message))) if !connection.outbox.is_waiting() => connection.encode(message),
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
            Next::Invalid { kind, payload, error } => {
                let invalid = Invalid { kind, payload: &payload, error: &error };
                let verdict = connection.attend(|| endpoint.on_invalid(invalid, peer)).await;
                verdict.and_then(|verdict| judge(kind, verdict))
            }
            Next::Panicked => Err(Stopped::Panicked),
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
    async fn attend<F: Future>(&mut self, handler: impl FnOnce() -> F) -> Result<F::Output, Stopped> {
        // Nothing of a handler is used after it panicked but the endpoint's `on_close`, whose author knows.
        let handler = catch_unwind(AssertUnwindSafe(handler)).map_err(Stopped::panicked)?;
        let mut handler = pin!(Some(AssertUnwindSafe(handler).catch_unwind()));
        let (mut waited, mut greedy) = (false, false);
        let result = poll_fn(|context| {
            // A handler that uses up the task's budget at each turn would leave nothing for the I/O behind it.
            if greedy && self.poll_meanwhile(context).is_ready() {
                return Poll::Ready(Err(Stopped::Abandoned));
            }
            if let Some(handler) = handler.as_mut().as_pin_mut()
                && let Poll::Ready(output) = handler.poll(context)
            {
                return Poll::Ready(output.map_err(Stopped::panicked));
            }
            (waited, greedy) = (true, !coop::has_budget_remaining());
            self.poll_meanwhile(context).map(|()| Err(Stopped::Abandoned))
        })
        .await;
        if waited {
            self.now = Instant::now();
        }
        if matches!(result, Err(Stopped::Abandoned)) {
            // What it holds is dropped, and that may panic like any code of a user.
            catch_unwind(AssertUnwindSafe(|| handler.set(None))).map_err(Stopped::panicked)?;
        }
        result
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
    async fn settle(&mut self, outcome: Result<Outcome, Stopped>) -> Option<End> {
        // What the handler sent itself goes before its reply.
        if self.outbox.is_waiting() {
            self.encode_outbox().await;
        }
        match outcome {
            Ok(Outcome(Act::Nothing)) | Err(Stopped::Abandoned) => None,
            Ok(Outcome(Act::Send(message))) => {
                self.encode(message);
                None
            }
            Ok(Outcome(Act::SendAll(messages, end))) => {
                for message in messages {
                    self.encode(message);
                    self.relieve().await;
                }
                end.map(End::of)
            }
            Ok(Outcome(Act::Close(frame))) => Some(End::Closing(frame)),
            Ok(Outcome(Act::Fail(violation))) => Some(End::of(violation)),
            Err(Stopped::Panicked) => Some(End::Failed(Violation::HandlerPanic)),
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
fn judge<M: IntoMessage>(kind: Kind, verdict: Verdict<M>) -> Result<Outcome, Stopped> {
    Ok(match verdict {
        Verdict::Refuse => Outcome(Act::Fail(Violation::Undecodable { kind })),
        Verdict::Reply(reply) => {
            catch_unwind(AssertUnwindSafe(|| Outcome::send(reply))).map_err(Stopped::panicked)?
        }
        Verdict::Ignore => Outcome::nothing(),
        Verdict::Close(frame) => Outcome::close(frame),
    })
}

/// Decodes a text message into what the endpoint declares.
fn text_message<E: Endpoint>(payload: TextPayload<'_>) -> Next<E> {
    match payload {
        TextPayload::Lent(text) => {
            let result = guard(|| E::Text::from_text(text));
            next(Kind::Text, result.map(Next::Text), || Bytes::copy_from_slice(text.as_bytes()))
        }
        TextPayload::Owned(mut text) => {
            let result = guard(|| E::Text::from_owned_text(&mut text));
            next(Kind::Text, result.map(Next::Text), || text.into())
        }
    }
}

/// Decodes a binary message into what the endpoint declares.
fn binary_message<E: Endpoint>(payload: BinaryPayload<'_>) -> Next<E> {
    match payload {
        BinaryPayload::Lent(bytes) => {
            let result = guard(|| E::Binary::from_binary(bytes));
            next(Kind::Binary, result.map(Next::Binary), || Bytes::copy_from_slice(bytes))
        }
        BinaryPayload::Owned(bytes) => owned_binary_message(bytes.into()),
    }
}

fn owned_binary_message<E: Endpoint>(mut bytes: Bytes) -> Next<E> {
    let result = guard(|| E::Binary::from_owned_binary(&mut bytes));
    next(Kind::Binary, result.map(Next::Binary), || bytes)
}

/// Why a payload made no value.
enum Undecoded {
    Invalid(DecodeError),
    Panicked,
}

/// Runs the decoder of a user's type, which may panic like any handler.
fn guard<T>(decode: impl FnOnce() -> Result<T, DecodeError>) -> Result<T, Undecoded> {
    match catch_unwind(AssertUnwindSafe(decode)) {
        Ok(result) => result.map_err(Undecoded::Invalid),
        Err(_) => Err(Undecoded::Panicked),
    }
}

fn next<E: Endpoint>(
    kind: Kind,
    result: Result<Next<E>, Undecoded>,
    payload: impl FnOnce() -> Bytes,
) -> Next<E> {
    result.unwrap_or_else(|undecoded| match undecoded {
        Undecoded::Invalid(error) => {
            // It may quote the payload, which belongs in no log that is on by default.
            tracing::trace!(%error, %kind, "a message did not decode");
            Next::Invalid { kind, payload: payload(), error }
        }
        Undecoded::Panicked => Next::Panicked,
    })
}
