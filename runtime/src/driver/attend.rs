//! A handler that runs, and the connection that goes on beside it.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::coop;
use tokio::time::Instant;

use super::act::Acted;
use super::connection::Connection;
use crate::reply::Outcome;

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
    /// Runs one handler, and does what it asks for as far as that goes at once. While the handler has to wait, the
    /// connection goes on: replies are flushed, pings answered, and a close is noticed.
    pub(super) fn attend<H: Future<Output = Outcome>>(
        &mut self,
        mut handler: Pin<&mut H>,
    ) -> impl Future<Output = Acted> {
        let (mut waited, mut greedy) = (false, false);
        poll_fn(move |context| {
            // A handler that uses up the task's budget at each turn would leave nothing for the I/O behind it.
            if greedy && self.poll_meanwhile(context).is_ready() {
                return Poll::Ready(Acted::Done);
            }
            if let Poll::Ready(Outcome(act)) = &mut handler.as_mut().poll(context) {
                if waited {
                    self.now = Instant::now();
                    self.attends = false;
                    self.session.work(self.now.into_std());
                }
                return Poll::Ready(self.act(act));
            }
            (waited, greedy) = (true, !coop::has_budget_remaining());
            self.attends = true;
            self.poll_meanwhile(context).map(|()| Acted::Done)
        })
    }

    /// What goes on beside a handler; ready when the handler has to be abandoned.
    fn poll_meanwhile(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            // Before what is read ahead, in which the peer's own Close may be.
            self.note_asked_end();
            if self.overdue {
                return Poll::Ready(());
            }
            self.read_ahead();
            if self.poll_io_aside(context).is_pending() {
                return Poll::Pending;
            }
        }
    }
}
