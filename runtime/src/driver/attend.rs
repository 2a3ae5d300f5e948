//! A handler that runs, and the connection that goes on beside it.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::coop;
use tokio::time::Instant;

use super::connection::Connection;
use super::end::End;
use crate::reply::{Act, Outcome};

pin_project_lite::pin_project! {
    /// The future of one of three handlers, which one variable can hold.
    #[project = Running]
    pub(super) enum Handler<T, B, I> {
        Text { #[pin] handler: T },
        Binary { #[pin] handler: B },
        Invalid { #[pin] handler: I },
    }
}

impl<T, B, I> Future for Handler<T, B, I>
where
    T: Future<Output = Outcome>,
    B: Future<Output = Outcome>,
    I: Future<Output = Outcome>,
{
    type Output = Outcome;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        match self.project() {
            Running::Text { handler } => handler.poll(context),
            Running::Binary { handler } => handler.poll(context),
            Running::Invalid { handler } => handler.poll(context),
        }
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Connection<Io> {
    /// Runs one handler, and does what it asks for. While it has to wait, the connection goes on: replies are
    /// flushed, pings answered, and a close is noticed.
    pub(super) async fn attend(
        &mut self,
        mut handler: Pin<&mut impl Future<Output = Outcome>>,
    ) -> Option<Box<End>> {
        let (mut waited, mut greedy) = (false, false);
        let act = poll_fn(|context| {
            // A handler that uses up the task's budget at each turn would leave nothing for the I/O behind it.
            if greedy && self.poll_meanwhile(context).is_ready() {
                return Poll::Ready(None);
            }
            if let Poll::Ready(Outcome(act)) = handler.as_mut().poll(context) {
                if waited {
                    self.now = Instant::now();
                }
                return Poll::Ready(self.act_at_once(act));
            }
            (waited, greedy) = (true, !coop::has_budget_remaining());
            self.poll_meanwhile(context).map(|()| None)
        })
        .await;
        match act {
            None => None,
            Some(act) => self.act(*act).await,
        }
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

    /// Does what most handlers ask for. The rest comes back: what has to wait, or ends the conversation.
    fn act_at_once(&mut self, act: Act) -> Option<Box<Act>> {
        match act {
            // What the handler sent itself goes before its reply.
            act if self.outbox.is_waiting() => Some(Box::new(act)),
            Act::Nothing => None,
            Act::Send(message) => {
                self.encode(message);
                None
            }
            act => Some(Box::new(act)),
        }
    }

    /// Does what a handler asks for, at the pace at which the peer takes it.
    async fn act(&mut self, act: Act) -> Option<Box<End>> {
        self.encode_outbox().await;
        match act {
            Act::Nothing => None,
            Act::Send(message) => {
                self.encode(message);
                None
            }
            Act::SendAll(messages, end) => {
                for message in messages {
                    self.encode(message);
                    self.relieve().await;
                }
                end.map(|violation| Box::new(End::of(*violation)))
            }
            Act::Close(frame) => Some(Box::new(End::Closing(*frame))),
            Act::Fail(violation) => Some(Box::new(End::of(*violation))),
        }
    }
}
