//! What an endpoint is: its contract, and its handlers.

use std::convert::Infallible;
use std::future::ready;

use crate::close::Closed;
use crate::codec::{DecodeError, FromBinary, FromText, IntoMessage};
use crate::message::Kind;
use crate::peer::Peer;
use crate::reply::{Outcome, Verdict};

/// The kinds of message that an endpoint accepts, at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Accepts {
    /// Text only; binary is refused with 1003.
    Text,
    /// Binary only; text is refused with 1003.
    Binary,
    /// Text and binary.
    Both,
}

impl Accepts {
    /// Whether messages of this kind are accepted.
    pub const fn contains(self, kind: Kind) -> bool {
        matches!((self, kind), (Self::Both, _) | (Self::Text, Kind::Text) | (Self::Binary, Kind::Binary))
    }
}

/// What an endpoint declares: the arguments of `#[endpoint(...)]`.
///
/// A [`Config`](crate::Config) can override the limits when the endpoint is mounted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contract {
    pub(crate) accepts: Accepts,
    pub(crate) subprotocols: &'static [&'static str],
    pub(crate) max_text: Option<usize>,
    pub(crate) max_binary: Option<usize>,
}

impl Contract {
    /// A contract with no subprotocol and the default limits.
    pub const fn new(accepts: Accepts) -> Self {
        Self { accepts, subprotocols: &[], max_text: None, max_binary: None }
    }

    /// The subprotocols that the endpoint speaks, the preferred one first.
    #[must_use]
    pub const fn subprotocols(mut self, names: &'static [&'static str]) -> Self {
        self.subprotocols = names;
        self
    }

    /// The size limit of a text message, in bytes.
    #[must_use]
    pub const fn max_text(mut self, bytes: usize) -> Self {
        self.max_text = Some(bytes);
        self
    }

    /// The size limit of a binary message, in bytes.
    #[must_use]
    pub const fn max_binary(mut self, bytes: usize) -> Self {
        self.max_binary = Some(bytes);
        self
    }
}

/// A WebSocket endpoint: one value for each connection.
///
/// `#[endpoint]` implements it. By hand, give the contract, the three types, and the handlers of the accepted
/// kinds; a kind that is not accepted has the type [`Infallible`] and needs no handler.
///
/// The handlers of a connection run one after the other, in the order of the messages.
///
/// # Cancel safety
///
/// When a connection ends, a handler that still waits is dropped at its `.await` after a while, and a panic in one
/// ends the connection with 1011: [When a handler is dropped](crate#when-a-handler-is-dropped) says when, and what
/// to do about it. [`on_close`](Self::on_close) still runs then.
///
/// # Implementations by hand
///
/// The `where` clauses of the methods demand nothing that the trait does not; an implementation by hand leaves
/// them out. They let the macro report a type that is not `Send` only once.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a WebSocket endpoint",
    label = "`{Self}` does not implement `Endpoint`",
    note = "put `#[endpoint(text)]`, `#[endpoint(binary)]` or `#[endpoint(text, binary)]` on an `async fn` or on an `impl` block of the type"
)]
pub trait Endpoint: Sized + Send + 'static {
    /// What the endpoint declares.
    const CONTRACT: Contract;

    /// What a text message decodes to.
    type Text: FromText + Send;

    /// What a binary message decodes to.
    type Binary: FromBinary + Send;

    /// What the endpoint sends by [`Peer`] and [`Sender`](crate::Sender).
    type Sends: IntoMessage + Send + 'static;

    /// Runs once, before the first message. May be [dropped](crate#when-a-handler-is-dropped) while it waits.
    fn on_open(&mut self, peer: &Peer<Self::Sends>) -> impl Future<Output = Outcome> + Send
    where
        Self: Send,
    {
        let _ = peer;
        ready(Outcome::nothing())
    }

    /// Handles one text message. May be [dropped](crate#when-a-handler-is-dropped) while it waits.
    fn on_text(
        &mut self,
        message: Self::Text,
        peer: &Peer<Self::Sends>,
    ) -> impl Future<Output = Outcome> + Send
    where
        Self: Send,
        Self::Text: Send,
    {
        let _ = (message, peer);
        ready(Outcome::nothing())
    }

    /// Handles one binary message. May be [dropped](crate#when-a-handler-is-dropped) while it waits.
    fn on_binary(
        &mut self,
        message: Self::Binary,
        peer: &Peer<Self::Sends>,
    ) -> impl Future<Output = Outcome> + Send
    where
        Self: Send,
        Self::Binary: Send,
    {
        let _ = (message, peer);
        ready(Outcome::nothing())
    }

    /// Decides what to do with a message that did not decode; by default it is refused with 1007. May be
    /// [dropped](crate#when-a-handler-is-dropped) while it waits.
    fn on_invalid(
        &mut self,
        invalid: Invalid<'_>,
        peer: &Peer<Self::Sends>,
    ) -> impl Future<Output = Verdict<Self::Sends>> + Send
    where
        Self: Send,
    {
        let _ = (invalid, peer);
        ready(Verdict::Refuse)
    }

    /// Runs exactly once, when the connection has ended in whatever way, including by a panic.
    ///
    /// It has [`Config::closing_handshake`](crate::Config::closing_handshake), and is then
    /// [dropped](crate#when-a-handler-is-dropped). It is skipped only if the whole task is dropped.
    ///
    /// A connection begins when the answer to its handshake has been written: if the client is gone before that,
    /// the endpoint is dropped, and neither [`on_open`](Self::on_open) nor this runs.
    fn on_close(&mut self, closed: &Closed) -> impl Future<Output = ()> + Send
    where
        Self: Send,
    {
        let _ = closed;
        ready(())
    }
}

/// A message of an accepted kind whose payload is not a value of the declared type.
#[derive(Clone, Copy, Debug)]
pub struct Invalid<'a> {
    pub(crate) kind: Kind,
    pub(crate) payload: &'a [u8],
    pub(crate) error: &'a DecodeError,
}

impl Invalid<'_> {
    /// The message's kind.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The payload as it arrived; that of a text message is valid UTF-8.
    pub const fn payload(&self) -> &[u8] {
        self.payload
    }

    /// Why it did not decode.
    pub const fn error(&self) -> &DecodeError {
        self.error
    }
}

/// What can be mounted as an endpoint: an [`Endpoint`] value, a function marked with `#[endpoint]`, or any
/// function or closure without arguments that returns a value, such as `Chat::new`.
///
/// `Way` distinguishes values from functions and is always inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a WebSocket endpoint",
    label = "not an endpoint",
    note = "put `#[endpoint(text)]`, `#[endpoint(binary)]` or `#[endpoint(text, binary)]` on an `async fn` or on an `impl` block of the type"
)]
pub trait IntoEndpoint<Way> {
    /// The endpoint's type.
    type Endpoint: Endpoint;

    /// The endpoint's value.
    fn into_endpoint(self) -> Self::Endpoint;
}

/// The [`IntoEndpoint`] way of an endpoint's value.
#[derive(Debug)]
pub struct ByValue(Infallible);

/// The [`IntoEndpoint`] way of a function that makes the endpoint.
#[derive(Debug)]
pub struct ByFunction(Infallible);

impl<E: Endpoint> IntoEndpoint<ByValue> for E {
    type Endpoint = E;

    fn into_endpoint(self) -> E {
        self
    }
}

impl<F: FnOnce() -> E, E: Endpoint> IntoEndpoint<ByFunction> for F {
    type Endpoint = E;

    fn into_endpoint(self) -> E {
        self()
    }
}
