//! From a request in hyper's hands to a connection in the driver's: what every way in over HTTP does.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::request::Parts;
use http::{Response, StatusCode, Version};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto::upgrade as auto;
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use super::decline::{decline, decline_stream};
use crate::config::Config;
use crate::driver::{self, WriteNow};
use crate::endpoint::{Contract, Endpoint};
use crate::handshake::{Handshake, Head, Opening, Reason, Rejection};
use crate::shutdown::Shutdown;

/// A place among the connections that a server allows itself, held as long as the connection lasts.
#[derive(Clone, Debug)]
pub(crate) struct Slot(#[expect(dead_code, reason = "held, not read")] pub(crate) Arc<OwnedSemaphorePermit>);

/// A client offers to speak WebSocket, and hyper to hand over the stream.
#[derive(Debug)]
pub(crate) struct Offer {
    opening: Opening,
    stream: OnUpgrade,
    slot: Option<Slot>,
}

impl Offer {
    /// Reads the head, and takes hyper's handle on the stream out of it; where the head is refused, the stream lingers.
    pub(crate) fn take(
        parts: &mut Parts,
        config: &Arc<Config>,
        shutdown: &Shutdown,
    ) -> Result<Self, Rejection> {
        #[cfg(feature = "http2")]
        let protocol = parts.extensions.get::<hyper::ext::Protocol>().map(hyper::ext::Protocol::as_str);
        #[cfg(not(feature = "http2"))]
        let protocol = None;
        let opening = Opening::read(&Head {
            method: &parts.method,
            version: parts.version,
            uri: &parts.uri,
            headers: &parts.headers,
            protocol,
        })
        .inspect_err(|_| decline(&mut parts.extensions, config, shutdown))?;
        let Some(stream) = parts.extensions.remove() else {
            return Err(Reason::NotUpgradable.over(parts.version));
        };
        Ok(Self { opening, stream, slot: parts.extensions.remove() })
    }

    /// Judges what depends on the endpoint, and completes the handshake with the subprotocol; where it is refused, the
    /// stream lingers.
    pub(crate) fn accept(
        self,
        handshake: &mut Handshake,
        config: &Arc<Config>,
        contract: &Contract,
        shutdown: &Shutdown,
    ) -> Result<Accepted, Rejection> {
        let judged = if shutdown.is_begun() {
            Err(Reason::GoingDown.over(self.opening.version()))
        } else {
            self.opening.accept(&handshake.headers, &config.origins, contract.subprotocols)
        };
        match judged {
            Ok(subprotocol) => {
                handshake.subprotocol = subprotocol;
                Ok(Accepted(self))
            }
            Err(rejection) => {
                self.decline(config, shutdown);
                Err(rejection)
            }
        }
    }

    /// The HTTP version of the request.
    pub(crate) const fn version(&self) -> Version {
        self.opening.version()
    }

    /// Makes the stream linger after a refusal.
    pub(crate) fn decline(self, config: &Arc<Config>, shutdown: &Shutdown) {
        decline_stream(self.stream, self.slot, config, shutdown);
    }
}

/// An offer that was judged; nothing is answered yet.
#[derive(Debug)]
pub(crate) struct Accepted(Offer);

impl Accepted {
    /// The HTTP version of the request.
    pub(crate) const fn version(&self) -> Version {
        self.0.version()
    }

    /// Makes the stream linger after a refusal.
    pub(crate) fn decline(self, config: &Arc<Config>, shutdown: &Shutdown) {
        self.0.decline(config, shutdown);
    }

    /// Returns the answer, and runs the connection as soon as hyper has written it.
    pub(crate) fn open<E: Endpoint>(
        self,
        endpoint: E,
        mut handshake: Handshake,
        config: Arc<Config>,
        shutdown: &Shutdown,
    ) -> Response<()> {
        let Offer { opening, stream, slot } = self.0;
        let response = opening.response(handshake.subprotocol);
        handshake.detach();
        let told = shutdown.clone();
        shutdown.spawn_opening(async move {
            // hyper waits for ever for a peer that does not take the answer.
            match timeout(config.handshake, stream).await {
                // A task of its own, so that what the handshake needed is not kept for the whole connection.
                Ok(Ok(upgraded)) => run(upgraded, endpoint, handshake, config, &told, slot),
                Ok(Err(error)) if error.is_user() => {
                    tracing::warn!(%error, "hyper keeps the stream: serve the connection `with_upgrades`");
                }
                Ok(Err(error)) => tracing::debug!(%error, "the connection was lost in the opening handshake"),
                Err(_) => tracing::debug!("the answer to an opening handshake was not taken in time"),
            }
        });
        response
    }
}

/// Runs the connection on the socket itself where hyper gives it back, and through hyper's stream otherwise: over
/// TLS or HTTP/2.
fn run<E: Endpoint>(
    upgraded: Upgraded,
    endpoint: E,
    mut handshake: Handshake,
    config: Arc<Config>,
    shutdown: &Shutdown,
    slot: Option<Slot>,
) {
    match into_socket(upgraded) {
        Ok((socket, glued)) => {
            // Replies are written whole: waiting for more to send with them would only delay them.
            let _ = socket.set_nodelay(true);
            handshake.address = handshake.address.or_else(|| socket.peer_addr().ok());
            // Glued bytes are a slice of hyper's buffer; an empty one would still keep all of it.
            let glued = if glued.is_empty() { Bytes::new() } else { glued };
            let connection = driver::run(
                socket,
                WRITE_NOW,
                glued,
                endpoint,
                Some(handshake.into()),
                config,
                Some(shutdown),
            );
            shutdown.spawn(Holding { connection, slot });
        }
        Err(upgraded) => {
            let upgraded = TokioIo::new(upgraded);
            let connection = driver::run(
                upgraded,
                None,
                Bytes::new(),
                endpoint,
                Some(handshake.into()),
                config,
                Some(shutdown),
            );
            shutdown.spawn(Holding { connection, slot });
        }
    }
}

/// By a handle of its own, since tokio's asks what it has heard of readiness first.
#[cfg(unix)]
const WRITE_NOW: Option<WriteNow<TcpStream>> = Some(|socket, bytes| {
    use std::io::Write;
    use std::os::fd::AsFd;
    std::net::TcpStream::from(socket.as_fd().try_clone_to_owned()?).write(bytes)
});
#[cfg(not(unix))]
const WRITE_NOW: Option<WriteNow<TcpStream>> = None;

pin_project_lite::pin_project! {
    /// A connection and its slot.
    struct Holding<F> {
        #[pin]
        connection: F,
        slot: Option<Slot>,
    }
}

impl<F: Future> Future for Holding<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.project().connection.poll(context).map(drop)
    }
}

/// The socket, and what the peer sent right after the handshake.
pub(super) fn into_socket(upgraded: Upgraded) -> Result<(TcpStream, Bytes), Upgraded> {
    let upgraded = match upgraded.downcast::<TokioIo<TcpStream>>() {
        Ok(parts) => return Ok((parts.io.into_inner(), parts.read_buf)),
        Err(upgraded) => upgraded,
    };
    // `hyper_util::server::conn::auto`, and with it `axum::serve`, wraps the socket once more.
    auto::downcast::<TokioIo<TcpStream>>(upgraded).map(|parts| (parts.io.into_inner(), parts.read_buf))
}

/// The event for a refused handshake: without its headers, which may hold secrets.
pub(crate) fn refused(status: StatusCode, reason: impl fmt::Debug) {
    tracing::info!(status = status.as_u16(), ?reason, "refused an opening handshake");
}
