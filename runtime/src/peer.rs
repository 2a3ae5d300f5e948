//! The other side of a connection, as handlers and other tasks see it.

use std::borrow::Cow;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};

use http::{HeaderMap, Uri};

use crate::close::{CloseCode, CloseFrame};
use crate::codec::{EncodeError, IntoMessage};
use crate::driver::Outbox;
use crate::handshake::Handshake;
use crate::message::Message;

/// The other side of the connection, lent to a handler.
///
/// `M` is the type that the endpoint sends: its `sends`, or [`Message`] if it declares none. A message sent here
/// goes out before the reply of the handler that sent it.
pub struct Peer<M = Message> {
    sender: Sender<M>,
    /// A bare stream has none.
    handshake: Option<Box<Handshake>>,
}

/// The handshake of a bare stream.
static NOTHING: LazyLock<Handshake> = LazyLock::new(Handshake::default);

impl<M: IntoMessage> Peer<M> {
    pub(crate) fn new(outbox: Arc<Outbox>, handshake: Option<Box<Handshake>>) -> Self {
        Self { sender: Sender { outbox, encode: M::into_message }, handshake }
    }
}

impl<M> Peer<M> {
    /// Puts one message into the outbox, waiting while it is full. Senders that wait get room in the order in
    /// which they began to wait.
    ///
    /// # Errors
    ///
    /// If the connection is closed, or the value has no encoding; with
    /// [`Overflow::Close`](crate::Overflow::Close) also if the outbox is full and the peer accepts no more bytes,
    /// which then ends the connection.
    ///
    /// # Cancel safety
    ///
    /// A message is put in whole or not at all: cancelled before this returns, it is not sent.
    pub async fn send(&self, message: M) -> Result<(), SendError> {
        self.sender.send(message).await
    }

    /// Puts one message into the outbox if there is room now.
    ///
    /// # Errors
    ///
    /// As [`Sender::try_send`].
    pub fn try_send(&self, message: M) -> Result<(), SendError> {
        self.sender.try_send(message)
    }

    /// Starts the closing handshake; what is in the outbox is sent first.
    ///
    /// The first close wins; a later one does nothing.
    pub fn close(&self, code: CloseCode, reason: impl Into<Cow<'static, str>>) {
        self.sender.outbox.request_close(CloseFrame::new(code, reason), true);
    }

    /// A handle for sending to this peer from any task, for as long as the connection lives.
    pub fn sender(&self) -> Sender<M> {
        self.sender.clone()
    }

    /// Whether the connection is *ending*: the peer closed it, it was lost, or this side is closing it.
    ///
    /// The connection need not have ended yet: until it has, `send` may succeed, and what a handler sends may
    /// still go out. After [`close`](Self::close) `send` fails.
    pub fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// Waits until the connection is *ending*, as [`is_closed`](Self::is_closed) says; for a handler that works
    /// for long.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when it is cancelled.
    pub async fn closed(&self) {
        self.sender.closed().await;
    }

    /// The request target of the opening handshake; `/` if it is unknown, as with
    /// [`serve_stream`](crate::serve_stream).
    pub fn uri(&self) -> &Uri {
        self.handshake().uri()
    }

    /// The headers of the opening handshake; none if they are unknown, as with
    /// [`serve_stream`](crate::serve_stream).
    pub fn headers(&self) -> &HeaderMap {
        self.handshake().headers()
    }

    /// The subprotocol that was agreed on.
    pub fn subprotocol(&self) -> Option<&'static str> {
        self.handshake().subprotocol()
    }

    /// The peer's address, if the way in knows it; see [`Handshake::address`](Handshake::address()).
    #[doc(alias = "peer_addr")]
    #[doc(alias = "remote_addr")]
    pub fn address(&self) -> Option<SocketAddr> {
        self.handshake().address()
    }
}

impl<M> Peer<M> {
    fn handshake(&self) -> &Handshake {
        self.handshake.as_deref().unwrap_or(&NOTHING)
    }
}

impl<M> fmt::Debug for Peer<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Headers and the query may hold secrets: neither belongs in a log.
        f.debug_struct("Peer").field("address", &self.handshake().address()).finish_non_exhaustive()
    }
}

/// A handle for sending to one peer from any task; cheap to clone.
///
/// It does not keep the connection open.
pub struct Sender<M = Message> {
    outbox: Arc<Outbox>,
    /// Chosen where the endpoint's type is known, so a wrong `sends` is an error there and not at each `send`.
    encode: fn(M) -> Result<Message, EncodeError>,
}

impl<M> Sender<M> {
    /// Puts one message into the outbox, waiting while it is full.
    ///
    /// # Errors
    ///
    /// As [`Peer::send`].
    ///
    /// # Cancel safety
    ///
    /// A message is put in whole or not at all: cancelled before this returns, it is not sent.
    pub async fn send(&self, message: M) -> Result<(), SendError> {
        self.outbox.push((self.encode)(message)?).await
    }

    /// Puts one message into the outbox if there is room now.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), and [`SendError::Full`] where that would wait; the error gives the message back.
    /// With [`Overflow::Close`](crate::Overflow::Close), the connection is closed soon afterwards unless the peer
    /// accepts more.
    pub fn try_send(&self, message: M) -> Result<(), SendError> {
        self.outbox.try_push((self.encode)(message)?)
    }

    /// A handle on the same connection that sends any [`Message`] as it is: for a message that is encoded once and
    /// sent to many, and for one that [`try_send`](Self::try_send) gave back.
    ///
    /// Whether a message is of the endpoint's `sends` type is not checked: it is whatever was encoded.
    ///
    /// ```
    /// use sockpact::{EncodeError, IntoMessage, Json, Peer, Sender};
    ///
    /// fn join(room: &mut Vec<Sender>, peer: &Peer<Json<u32>>) {
    ///     room.push(peer.sender().untyped());
    /// }
    ///
    /// fn tell(room: &[Sender], count: u32) -> Result<(), EncodeError> {
    ///     let message = Json(count).into_message()?;
    ///     for sender in room {
    ///         // Cloning counts a reference. A peer that has no room now, or is gone, is skipped.
    ///         let _ = sender.try_send(message.clone());
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn untyped(&self) -> Sender {
        Sender { outbox: Arc::clone(&self.outbox), encode: Message::into_message }
    }

    /// Whether the other handle sends on the same connection, whatever its type.
    #[doc(alias = "same_channel")]
    pub fn same_connection<N>(&self, other: &Sender<N>) -> bool {
        Arc::ptr_eq(&self.outbox, &other.outbox)
    }

    /// Starts the closing handshake; what is in the outbox is sent first.
    ///
    /// The first close wins; a later one does nothing.
    pub fn close(&self, code: CloseCode, reason: impl Into<Cow<'static, str>>) {
        self.outbox.request_close(CloseFrame::new(code, reason), false);
    }

    /// Whether the connection is ending, as [`Peer::is_closed`] says.
    pub fn is_closed(&self) -> bool {
        self.outbox.is_ending()
    }

    /// Waits until the connection is ending, as [`Peer::is_closed`] says.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when it is cancelled.
    pub async fn closed(&self) {
        self.outbox.ending().await;
    }
}

impl<M> Clone for Sender<M> {
    fn clone(&self) -> Self {
        Self { outbox: Arc::clone(&self.outbox), encode: self.encode }
    }
}

impl<M> fmt::Debug for Sender<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("closed", &self.outbox.is_ending()).finish_non_exhaustive()
    }
}

/// Why a message could not be sent.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// The connection is closed, or a Close was requested on it.
    #[error("the connection is closed")]
    Closed,
    /// The outbox has no room now; only `try_send` says so. It holds the message, encoded: [`Sender::untyped`]
    /// sends it.
    #[error("the outbox is full")]
    Full(Message),
    /// The value has no encoding.
    #[error("the message could not be encoded")]
    Encode(#[from] EncodeError),
}

/// Without the message: payloads do not belong in a log.
impl fmt::Debug for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("Closed"),
            Self::Full(_) => f.write_str("Full(..)"),
            Self::Encode(error) => f.debug_tuple("Encode").field(error).finish(),
        }
    }
}

#[cfg(test)]
mod tests;
