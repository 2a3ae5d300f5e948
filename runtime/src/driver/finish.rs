//! The end of a connection on the wire: a Close that the peer can read (RFC 6455, sections 7.1.1 and 7.1.7).
//!
//! Dropping a socket that has unread input makes the kernel send RST, and then the peer may never see the Close.
//! So the Close is written, the write side is shut down as soon as the peer has stopped sending, and what it sends
//! after all is read and discarded until it has seen the end too (see [`linger`](super::linger())).

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use std::thread;
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, Sleep, sleep, timeout_at};

use super::connection::Connection;
use super::end::End;
use super::linger::{Lingering, PACE};
use super::timer::after;
use crate::close::{CloseFrame, Closed, Leaving};
use crate::message::Message;
use crate::wire::{Event, Lost};

/// A peer that sends nothing for this long has nothing on its way, and FIN can follow the Close.
///
/// FIN at once would be as good for most. But a client of Python's asyncio that sees the end of the stream while it
/// still has bytes to write fails with an internal error in place of the code.
const LULL: Duration = Duration::from_millis(100);

impl<Io: AsyncRead + AsyncWrite + Unpin> Connection<Io> {
    /// Ends the connection on the wire, unless it is abandoned: `handlers` is how its conversation ended, if it was not
    /// abandoned in that. Reports how it went, and how the stream has to linger.
    pub(super) async fn end(
        &mut self,
        handlers: Option<thread::Result<()>>,
        abandoned: impl Future<Output = ()> + Unpin,
    ) -> (Closed, Option<Lingering>) {
        let mut end = None;
        if let Some(handlers) = handlers {
            // Boxed, so that a connection does not have the memory of its end while it lives.
            let finished = Box::pin(async {
                let end = end.insert(self.conclude(handlers).await);
                self.finish(end).await
            });
            if let Either::Left((finished, _)) = select(finished, abandoned).await {
                return finished;
            }
        }
        let end = end.or_else(|| self.end.take());
        let end = end.unwrap_or_else(|| Box::new(End::Leaving(Leaving::Shutdown)));
        (self.abandon(&end), None)
    }

    /// Ends it up to FIN.
    async fn finish(&mut self, end: &End) -> (Closed, Option<Lingering>) {
        // A conversation that ended at once never waited, and by this the task is woken when it is abandoned.
        poll_fn(|context| {
            self.register_wakers(context);
            Poll::Ready(())
        })
        .await;
        let closing = self.closing_deadline();
        let deadline = if end.is_polite() { closing } else { after(Instant::now(), self.config.linger) };
        self.say_goodbye(end);
        if matches!(end, End::Lost(Lost::NoPong)) {
            return (end.report(false, false), None);
        }
        let mut drain = Drain { bytes: self.config.linger_bytes, answer: None, pause: None };
        let goodbye = poll_fn(|context| self.poll_goodbye(context, &mut drain));
        let sent = timeout_at(deadline, goodbye).await.is_ok() && !self.broken;
        let written = Instant::now();
        if sent {
            if !matches!(end, End::PeerClosed(_)) {
                // A peer that never pauses has the other half to read FIN.
                let deadline = if end.is_polite() { closing } else { after(written, self.config.linger / 2) };
                self.await_lull(deadline, &mut drain).await;
            }
            let shut_down = poll_fn(|context| Pin::new(&mut self.io).poll_shutdown(context));
            let _ = timeout_at(after(Instant::now(), self.config.linger), shut_down).await;
        }
        if sent && drain.answer.is_none() && end.is_polite() {
            let _ = timeout_at(closing, poll_fn(|context| self.poll_drain(context, &mut drain))).await;
        }
        let answered = drain.answer.unwrap_or(false) || matches!(end, End::PeerClosed(_));
        let total = match end {
            End::Lost(_) => None,
            End::Failed(_) => Some(self.config.linger.saturating_sub(written.elapsed())),
            End::PeerClosed(_) | End::Closing(_) | End::Leaving(_) => {
                Some(self.config.linger.min(self.config.linger_silence))
            }
        };
        let lingering = total.filter(|_| sent).map(|total| Lingering { total, bytes: drain.bytes });
        (end.report(sent, answered), lingering)
    }

    /// Ends the connection without waiting for anything: a Close, if there was none and the stream takes it now.
    fn abandon(&mut self, end: &End) -> Closed {
        self.say_goodbye(end);
        let sent = self.poll_write(&mut Context::from_waker(Waker::noop())).is_ready() && !self.broken;
        end.report(sent, false)
    }

    /// Encodes what is sent last; from here on nobody sends any more.
    fn say_goodbye(&mut self, end: &End) {
        let waiting = self.outbox.close();
        match end {
            // Section 7.1.7: nothing of the peer is processed any more, its Close included.
            End::Failed(violation) => self.session.fail(violation),
            End::PeerClosed(_) => self.session.reply_close(),
            End::Closing(frame) => self.start_closing(waiting, frame),
            End::Leaving(leaving) => self.start_closing(waiting, &leaving.close_frame()),
            // A peer that has only stopped sending still reads the replies to what it sent before.
            End::Lost(_) => {}
        }
        self.transmit();
    }

    /// Starts the closing handshake after everything that was sent.
    fn start_closing(&mut self, waiting: VecDeque<Message>, frame: &CloseFrame) {
        // All at once, in memory that the outbox bounds: from here on input has to be skipped, so that a peer
        // that is busy sending comes to read.
        for mut message in waiting {
            self.encode(&mut message);
        }
        self.session.close(frame);
    }

    /// Writes everything that waits. It reads beside that, since a peer that is stuck in sending does not read.
    fn poll_goodbye(&mut self, context: &mut Context<'_>, drain: &mut Drain) -> Poll<()> {
        if self.poll_write(context).is_ready() {
            return Poll::Ready(());
        }
        let _ = self.poll_drain(context, drain);
        Poll::Pending
    }

    /// Reads until the peer stops sending, for now or for ever. A peer that sends on and on does not keep its FIN
    /// away for longer than its bytes last.
    async fn await_lull(&mut self, deadline: Instant, drain: &mut Drain) {
        while drain.answer.is_none() && Instant::now() < deadline {
            let last_read = self.now;
            let lull = after(Instant::now(), LULL).min(deadline);
            let _ = timeout_at(lull, poll_fn(|context| self.poll_drain(context, drain))).await;
            if self.now == last_read {
                return;
            }
        }
    }

    /// Reads and discards until the peer's Close, the end of the stream, or as many bytes as may come.
    fn poll_drain(&mut self, context: &mut Context<'_>, drain: &mut Drain) -> Poll<()> {
        while drain.answer.is_none() {
            if drain.bytes == 0 {
                drain.answer = Some(false);
                break;
            }
            if let Some(pause) = &mut drain.pause {
                ready!(pause.as_mut().poll(context));
                drain.pause = None;
            }
            if self.input.is_empty() && self.end.is_none() && self.poll_read(context).is_pending() {
                self.input.give_back();
                return Poll::Pending;
            }
            while !self.input.is_empty() {
                let step = self.session.handle_input(self.input.bytes_mut(), self.now.into_std());
                if matches!(step.event, Some(Event::Close(_))) {
                    drain.answer = Some(true);
                }
                let consumed = step.consumed;
                self.input.consume(consumed);
                drain.bytes = drain.bytes.saturating_sub(consumed as u64);
            }
            self.input.give_back();
            if self.end.is_some() {
                drain.answer.get_or_insert(false);
            }
            drain.pause = Some(Box::pin(sleep(PACE)));
        }
        Poll::Ready(())
    }
}

/// What is still read of a peer after our Close.
struct Drain {
    /// How much more that may be.
    bytes: u64,
    /// How it ended: by the peer's Close, or else.
    answer: Option<bool>,
    pause: Option<Pin<Box<Sleep>>>,
}
