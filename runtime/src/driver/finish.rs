//! The end of a connection on the wire: a Close that the peer can read (RFC 6455, sections 7.1.1 and 7.1.7).
//!
//! Dropping a socket that has unread input makes the kernel send RST, and then the peer may never see the Close.
//! So the Close is written, the write side is shut down, and what the peer still sends is read and discarded
//! until it has seen the end too (see [`linger`](super::linger())).

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Buf;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout_at};

use super::connection::Connection;
use super::end::End;
use super::pool;
use crate::close::{CloseFrame, Closed};
use crate::wire::{Event, Lost, close_code};

impl<Io: AsyncRead + AsyncWrite + Unpin> Connection<Io> {
    /// Ends the connection on the wire up to FIN, and reports how that went. With a duration comes back for how
    /// long the stream has to linger.
    pub(super) async fn finish(&mut self, end: End) -> (Closed, Option<Duration>) {
        let deadline = Instant::now() + self.config.linger;
        let closing = Instant::now() + self.config.closing_handshake;
        let sent = match &end {
            // Section 7.1.7: nothing of the peer is processed any more, its Close included.
            End::Failed(violation) => {
                self.outbox.close();
                self.session.fail(violation, Instant::now().into_std());
                self.write_out(deadline).await
            }
            End::PeerClosed(_) => {
                self.outbox.close();
                self.session.reply_close();
                self.write_out(deadline).await
            }
            End::Closing(frame) => self.close(frame, closing).await,
            End::Leaving(violation) => {
                let frame = CloseFrame::new(close_code(violation), violation.to_string());
                self.close(&frame, closing).await
            }
            // A peer that has only stopped sending still reads the replies to what it sent before.
            End::Lost(Lost::EndOfStream) => {
                self.outbox.close();
                self.write_out(deadline).await
            }
            End::Lost(_) => {
                self.outbox.close();
                false
            }
        };
        // At once on every path: no client was found that is helped by a FIN that waits for its Close.
        let half_closed = sent && self.half_close().await;
        let (answered, linger) = match &end {
            End::Failed(_) => (false, Some(self.config.linger)),
            End::PeerClosed(_) => (true, Some(self.config.linger_silence)),
            End::Closing(_) | End::Leaving(_) => {
                let peer_close = poll_fn(|context| self.poll_peer_close(context));
                let answered = half_closed && timeout_at(closing, peer_close).await.unwrap_or(false);
                (answered, Some(self.config.linger_silence))
            }
            End::Lost(_) => (false, None),
        };
        (end.report(sent, answered), linger.filter(|_| half_closed))
    }

    /// Starts the closing handshake behind what waits to be sent; true when our Close was written.
    async fn close(&mut self, frame: &CloseFrame, deadline: Instant) -> bool {
        // What takes too long is dropped, and the Close goes right behind the frame that is on its way.
        let _ = timeout_at(deadline, self.encode_outbox()).await;
        self.outbox.close();
        self.session.close(frame, Instant::now().into_std());
        self.write_out(deadline).await
    }

    /// Reads until the peer's Close: true; or until the end of the stream: false. Data is discarded.
    fn poll_peer_close(&mut self, context: &mut Context<'_>) -> Poll<bool> {
        loop {
            while !self.input.is_empty() {
                let step = self.session.handle_input(&mut self.input, self.now.into_std());
                let closed = matches!(step.event, Some(Event::Close(_)));
                let consumed = step.consumed;
                self.input.advance(consumed);
                if closed {
                    return Poll::Ready(true);
                }
            }
            if self.end.is_some() {
                return Poll::Ready(false);
            }
            if self.poll_read(context).is_pending() {
                pool::give(&mut self.input);
                return Poll::Pending;
            }
        }
    }

    /// Writes everything that waits; false when it could not be written in time.
    async fn write_out(&mut self, deadline: Instant) -> bool {
        self.transmit();
        let written = timeout_at(deadline, poll_fn(|context| self.poll_write(context))).await;
        written.is_ok() && !self.broken
    }

    /// Shuts the write side down, so that the peer sees FIN behind the Close.
    async fn half_close(&mut self) -> bool {
        let deadline = Instant::now() + self.config.linger;
        let shut_down = poll_fn(|context| Pin::new(&mut self.io).poll_shutdown(context));
        matches!(timeout_at(deadline, shut_down).await, Ok(Ok(())))
    }
}
