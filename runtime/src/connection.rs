//! A connection whose opening handshake is already done: the way in that needs no HTTP.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt;
use http::Extensions;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::close::Closed;
use crate::config::Config;
use crate::driver;
use crate::endpoint::IntoEndpoint;
use crate::handshake::Handshake;
use crate::shutdown::Shutdown;

/// A stream whose opening handshake is done, before an endpoint is served on it:
/// [`serve_stream`](crate::serve_stream), plus what the handshake said and a [`Shutdown`].
///
/// It is for a handshake of your own, and for testing an endpoint that asks its [`Peer`](crate::Peer) for headers
/// or the subprotocol.
///
/// ```
/// use sockpact::http::{HeaderMap, Uri};
/// use sockpact::{Connection, Handshake, Peer, endpoint};
/// use tokio::io::AsyncReadExt;
///
/// struct Greeter;
///
/// #[endpoint(text)]
/// impl Greeter {
///     #[on(open)]
///     async fn opened(&mut self, peer: &Peer) -> String {
///         peer.uri().path().to_owned()
///     }
///
///     #[on(text)]
///     async fn text(&mut self, _: String) {}
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (ours, mut theirs) = tokio::io::duplex(1024);
/// let handshake = Handshake::new(Uri::from_static("/greet"), HeaderMap::new());
/// tokio::spawn(Connection::new(ours).handshake(handshake).serve(Greeter));
/// let mut greeting = [0; 8];
/// theirs.read_exact(&mut greeting).await.unwrap();
/// assert_eq!(&greeting, b"\x81\x06/greet");
/// # }
/// ```
#[must_use = "it does nothing until `serve`"]
pub struct Connection<Io> {
    io: Io,
    handshake: Option<Box<Handshake>>,
    config: Option<Arc<Config>>,
    shutdown: Option<Shutdown>,
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Connection<Io> {
    /// A connection on a stream of any kind, as for [`serve_stream`](crate::serve_stream).
    pub const fn new(io: Io) -> Self {
        Self { io, handshake: None, config: None, shutdown: None }
    }

    /// Sets what the opening handshake said. Nothing of it is checked, neither origin nor subprotocol.
    pub fn handshake(mut self, mut handshake: Handshake) -> Self {
        // They are the request's, and not the connection's.
        handshake.extensions = Extensions::new();
        self.handshake = Some(handshake.into());
        self
    }

    /// Sets limits and deadlines.
    pub fn config(mut self, config: impl Into<Arc<Config>>) -> Self {
        self.config = Some(config.into());
        self
    }

    /// Ends the connection when this shutdown begins; [`Shutdown::finished`] waits for it from
    /// [`serve`](Self::serve) on.
    pub fn shutdown(mut self, shutdown: &Shutdown) -> Self {
        self.shutdown = Some(shutdown.clone());
        self
    }

    /// Serves an endpoint on the stream, and returns how the connection ended.
    ///
    /// # Panics, cancel safety
    ///
    /// As [`serve_stream`](crate::serve_stream).
    pub fn serve<E, Way>(self, endpoint: E) -> impl Future<Output = Closed>
    where
        E: IntoEndpoint<Way>,
    {
        let Self { io, handshake, config, shutdown } = self;
        let waited_for = shutdown.as_ref().map(Shutdown::hold);
        let (endpoint, config) = (endpoint.into_endpoint(), config.unwrap_or_default());
        let connection = driver::run(io, None, Bytes::new(), endpoint, handshake, config, shutdown.as_ref());
        connection.inspect(move |_| drop(waited_for))
    }
}

impl<Io> fmt::Debug for Connection<Io> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("handshake", &self.handshake)
            .field("config", &self.config)
            .field("shutdown", &self.shutdown)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Duration;

    use http::{HeaderMap, Uri};
    use tokio::io::{AsyncReadExt, duplex};
    use tokio::time::timeout;

    use super::*;
    use crate::close::{Cause, CloseCode};
    use crate::endpoint::{Accepts, Contract, Endpoint};
    use crate::message::Message;
    use crate::peer::Peer;
    use crate::reply::Outcome;

    /// Tells at the opening what it knows.
    struct Knows;

    impl Endpoint for Knows {
        const CONTRACT: Contract = Contract::new(Accepts::Text);
        type Text = String;
        type Binary = Infallible;
        type Sends = Message;

        async fn on_open(&mut self, peer: &Peer<Message>) -> Outcome {
            let (path, address) = (peer.uri().path(), peer.address().unwrap());
            let cookie = peer.headers()["cookie"].to_str().unwrap();
            Outcome::send(format!("{path} {cookie} {} {address}", peer.subprotocol().unwrap()))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_has_a_handshake_and_a_shutdown() {
        let headers = HeaderMap::from_iter([(http::header::COOKIE, "a=b".parse().unwrap())]);
        let handshake = Handshake::new(Uri::from_static("/chat"), headers)
            .with_address(([127, 0, 0, 1], 80).into())
            .with_subprotocol("chat.v1");
        let shutdown = Shutdown::new();
        let (ours, mut theirs) = duplex(1024);
        let connection = Connection::new(ours).handshake(handshake).shutdown(&shutdown).serve(Knows);
        let served = tokio::spawn(connection);
        let expected = b"\x81\x1e/chat a=b chat.v1 127.0.0.1:80";
        let mut told = [0; 32];
        timeout(Duration::from_secs(1), theirs.read_exact(&mut told)).await.unwrap().unwrap();
        assert_eq!(&told, expected);

        shutdown.begin();
        assert!(timeout(Duration::from_millis(1), shutdown.finished()).await.is_err(), "it is waited for");
        let mut close = [0; 4];
        theirs.read_exact(&mut close).await.unwrap();
        assert_eq!(close[2..], CloseCode::GOING_AWAY.get().to_be_bytes());
        drop(theirs);
        timeout(Duration::from_secs(1), shutdown.finished()).await.unwrap();
        assert_eq!(*served.await.unwrap().cause(), Cause::Shutdown);
    }
}
