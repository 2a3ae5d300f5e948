//! What goes out: frames into one buffer, and that in as few writes as possible.

use std::future::poll_fn;
use std::io::ErrorKind;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::coop;
use tokio::time::Instant;

use super::connection::Connection;
use super::end::broken;
use super::unwritten::LARGE;
use crate::codec::EncodedText;
use crate::message::{Kind, Message};
use crate::pool::{self, Use};
use crate::wire::{HEADER_ROOM, Lost};

/// Above this many unwritten bytes nothing more is read or handled until the peer has taken some.
const OUTPUT_HIGH: usize = 64 * 1024;

/// Below this many unwritten bytes messages move from the outbox into the output; what stays in the outbox counts
/// against the outbox's bounds.
const OUTPUT_LOW: usize = 16 * 1024;

impl<Io: AsyncRead + AsyncWrite + Unpin> Connection<Io> {
    /// Encodes one message after what is already in the output; the payload of a long one is taken out of it.
    pub(super) fn encode(&mut self, message: &mut Message) {
        if self.broken {
            return;
        }
        if message.payload().len() < LARGE {
            let now = self.now.into_std();
            self.session.send(message.kind(), message.payload(), self.output.end(), now);
        } else {
            self.encode_long(message.kind(), message.take_payload());
        }
    }

    /// Encodes one text whose payload is where it can be written from already; it is taken.
    #[inline(never)]
    pub(super) fn encode_in_place(&mut self, encoded: &mut EncodedText) {
        if self.broken {
            return;
        }
        let (len, now) = (encoded.payload().len(), self.now.into_std());
        if len >= LARGE {
            self.encode_long(Kind::Text, Bytes::from(encoded.take_bytes()).slice(HEADER_ROOM..));
        } else if !self.output.is_empty() || self.session.has_transmit() {
            self.session.send(Kind::Text, encoded.payload(), self.output.end(), now);
            pool::give(Use::Write, encoded.take_bytes());
        } else if let Some(room) = encoded.room()
            && let Some(start) = self.session.encode_header_before(Kind::Text, len, room, now)
        {
            self.output.begin((encoded.take_bytes(), start).into());
        }
    }

    #[cold]
    fn encode_long(&mut self, kind: Kind, payload: Bytes) {
        if self.session.encode_header(kind, payload.len(), self.output.end(), self.now.into_std()) {
            self.output.push_payload(payload);
        }
    }

    /// Encodes the control frames that the session wants to send.
    pub(super) fn transmit(&mut self) {
        if self.session.has_transmit() && !self.broken {
            self.session.poll_transmit(self.output.end());
        }
    }

    /// Whether more is unwritten than the peer should make this side keep.
    pub(super) fn is_burdened(&self) -> bool {
        self.output.len() > OUTPUT_HIGH
    }

    /// Waits until the output is small enough to go on, or there is no time left for that. Meanwhile the connection
    /// goes on as far as it can without reading.
    pub(super) fn relieve(&mut self) -> impl Future<Output = ()> {
        poll_fn(|context| {
            while self.is_burdened() && !self.overdue {
                if self.poll_io_aside(context).is_pending() && self.is_burdened() {
                    return Poll::Pending;
                }
            }
            Poll::Ready(())
        })
    }

    /// Encodes and writes as much as the stream takes.
    #[inline(always)]
    pub(super) fn poll_output(&mut self, context: &mut Context<'_>) {
        loop {
            if self.outbox.is_waiting() {
                self.encode_waiting();
            }
            self.transmit();
            if !self.has_output() {
                return;
            }
            if self.poll_write(context).is_pending() {
                // Without budget it is tokio that takes nothing, and not the peer.
                if coop::has_budget_remaining() {
                    self.outbox.stalled();
                }
                return;
            }
        }
    }

    /// Encodes what senders have put into the outbox, as far as that is little.
    #[inline(never)]
    fn encode_waiting(&mut self) {
        // It may be a sender alone that woke the task, long after the last read.
        if !self.is_now {
            self.now = Instant::now();
            self.is_now = true;
        }
        while self.output.len() < OUTPUT_LOW
            && let Some(mut message) = self.outbox.take()
        {
            self.encode(&mut message);
        }
    }

    /// Whether something is on its way that the stream has not passed on.
    fn has_output(&self) -> bool {
        !self.output.is_empty() || self.unflushed
    }

    /// Writes the output, and empties the stream's own buffer, as TLS has one. Pending when the stream takes no
    /// more of it now; ready when nothing is left, which is so too when the stream is broken.
    #[inline(always)]
    pub(super) fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<()> {
        while !self.output.is_empty() {
            match self.output.poll_write(&mut self.io, context) {
                Poll::Ready(Ok(written)) if written > 0 => {
                    self.unflushed = true;
                    self.go_on();
                }
                Poll::Ready(Ok(_)) => self.break_off(Lost::Io(ErrorKind::WriteZero)),
                Poll::Ready(Err(error)) => self.break_off(broken(&error)),
                Poll::Pending => {
                    self.output.shrink();
                    return self.stall();
                }
            }
        }
        self.output.give_back();
        if self.unflushed {
            match Pin::new(&mut self.io).poll_flush(context) {
                Poll::Ready(Ok(())) => {
                    self.unflushed = false;
                    self.go_on();
                }
                Poll::Ready(Err(error)) => self.break_off(broken(&error)),
                Poll::Pending => return self.stall(),
            }
        }
        Poll::Ready(())
    }

    /// Tells a peer that reads slowly from one that is lost, once a write has made no progress for its time, and at half
    /// of that. A socket of Linux says that it takes more once a third of its buffer is free, which is 1.3 of 4 MiB; so
    /// it is written to all the same. At half of the time that only fills it: what it takes after that, the peer has
    /// made room for.
    #[cold]
    pub(super) fn write_at_last(&mut self) {
        let written = match self.write_now {
            Some(write_now) => self.output.write_now(&self.io, write_now),
            None => Ok(0),
        };
        self.unflushed |= !matches!(written, Ok(0));
        match written {
            Err(error) => self.break_off(broken(&error)),
            Ok(_) if !self.filled => self.filled = true,
            Ok(0) => self.break_off(Lost::WriteDeadline),
            Ok(_) => {
                self.end_stall();
                (self.stalled, self.filled) = (Some(Instant::now()), true);
            }
        }
    }

    /// The stream takes something again: until now a message was on its way, and with it perhaps a ping.
    fn go_on(&mut self) {
        if self.stalled.is_some() {
            self.end_stall();
        }
    }

    #[cold]
    fn end_stall(&mut self) {
        (self.stalled, self.filled) = (None, false);
        let now = Instant::now().into_std();
        self.session.work(now);
        self.session.excuse_pong(now);
    }

    fn stall(&mut self) -> Poll<()> {
        self.stalled.get_or_insert_with(Instant::now);
        Poll::Pending
    }
}
