//! An endpoint as a [`tower_service::Service`]: the way into any HTTP server driven by hyper.

mod body;
mod decline;
mod make;
mod offer;
mod refusal;

use std::convert::Infallible;
use std::fmt;
use std::future::ready;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::FutureExt;
use http::{Request, Response, StatusCode};

use crate::config::Config;
use crate::endpoint::{Endpoint, IntoEndpoint};
use crate::handshake::Handshake;
use crate::shutdown::Shutdown;
pub use body::ResponseBody;
#[cfg(feature = "server")]
pub(crate) use decline::decline;
pub use make::{Cloned, IntoAdmission, Made, MakeEndpoint};
#[cfg(feature = "server")]
pub(crate) use offer::Slot;
pub(crate) use offer::{Offer, refused};
pub use refusal::Refusal;

/// Mounts an endpoint: each connection gets a clone of it, or what a function such as `Chat::new` returns.
///
/// The [`Service`] goes into axum's `route_service`, under tower-http's layers, and into plain hyper through
/// `hyper_util::service::TowerToHyperService`. It answers the HTTP/1.1 upgrade and, with the feature `http2`, the
/// extended CONNECT (RFC 8441); there the method is CONNECT, so a router must not require GET. Under plain hyper the
/// connection has to be served with upgrades (`with_upgrades`, `serve_connection_with_upgrades`).
///
/// On a plain socket over HTTP/1.1, Nagle's algorithm is turned off when the connection opens (`TCP_NODELAY`), so
/// a small message does not wait until the one before it is acknowledged. Over TLS or HTTP/2 the socket is out of
/// reach: set the option where you accept, for instance with axum's `ListenerExt::tap_io`.
///
/// A bare `SocketAddr` in the request's extensions becomes the peer's address: a layer of yours may put one there,
/// such as one that reads axum's `ConnectInfo` or a trusted proxy's header, and [`Server`](crate::Server) does.
/// Without one, the address is the other end of a plain socket over HTTP/1.1, known once the connection is open,
/// and is unknown over TLS or HTTP/2.
///
/// A layer around the service has to pass on its answer unchanged: hyper hands over the stream whatever the final
/// response was. If a layer replaces it, the endpoint still runs, against a peer that never switched to WebSocket.
/// Whatever refuses has to do so before it calls the service, as tower-http's authorization layers do, or in
/// [`service_with`].
///
/// ```
/// use sockpact::{Config, endpoint};
///
/// #[endpoint(text)]
/// async fn shout(line: String) -> String {
///     line.to_uppercase()
/// }
///
/// let shout = sockpact::service(shout).config(Config::default().max_text(4096));
/// let app: axum::Router = axum::Router::new().route_service("/shout", shout);
/// ```
pub fn service<W, T>(endpoint: T) -> Service<Cloned<T, W>>
where
    W: 'static,
    T: IntoEndpoint<W> + Clone + Send + Sync + 'static,
{
    Service::new(Cloned::new(endpoint))
}

/// Mounts an endpoint that is made from the handshake, or refused with an HTTP status.
///
/// `make` gets the handshake, after origin and subprotocol have been judged, and returns the endpoint or a
/// `Result` whose error is a [`Refusal`] or converts into one. It runs before the answer, so the client waits for
/// it; if the client leaves, its future is dropped, and so is an endpoint that was made meanwhile, without running
/// any handler. But hyper does not notice that the client has left once that has sent something after its
/// handshake: then the future runs to its end, and the endpoint's handlers run. It has no deadline but that of
/// [`Server`](crate::Server), [`Config::handshake`].
///
/// ```
/// use sockpact::{Handshake, Refusal, endpoint};
/// use http::StatusCode;
///
/// #[derive(Clone)]
/// struct Greeter { name: String }
///
/// #[endpoint(text)]
/// impl Greeter {
///     #[on(text)]
///     async fn greet(&mut self, _: String) -> String {
///         format!("hello {}", self.name)
///     }
/// }
///
/// async fn sign_in(handshake: Handshake) -> Result<Greeter, Refusal> {
///     let token = handshake.headers().get("authorization");
///     let token = token.ok_or(Refusal::new(StatusCode::UNAUTHORIZED, "sign in first"))?;
///     Ok(Greeter { name: token.to_str().map_err(Refusal::internal)?.to_owned() })
/// }
///
/// let app: axum::Router = axum::Router::new().route_service("/greet", sockpact::service_with(sign_in));
/// ```
pub fn service_with<F, A>(make: F) -> Service<Made<F>>
where
    F: Fn(Handshake) -> A + Clone + Send + Sync + 'static,
    A: Future<Output: IntoAdmission> + Send + 'static,
{
    Service::new(Made(make))
}

/// An endpoint mounted by [`service`] or [`service_with`].
///
/// Cheap to clone if its endpoint is.
#[derive(Clone)]
pub struct Service<M> {
    make: M,
    config: Option<Arc<Config>>,
    shutdown: Shutdown,
}

/// The answer to a request: what a [`Service`] returns, boxed.
pub type Answer = Pin<Box<dyn Future<Output = Result<Response<ResponseBody>, Infallible>> + Send>>;

impl<M: MakeEndpoint> Service<M> {
    fn new(make: M) -> Self {
        Self { make, config: None, shutdown: Shutdown::new() }
    }

    /// Sets limits, deadlines, and who may connect.
    #[must_use]
    pub fn config(mut self, config: impl Into<Arc<Config>>) -> Self {
        self.config = Some(config.into());
        self
    }

    /// Ends the connections when this shutdown begins.
    ///
    /// [`Server`](crate::Server) has its own shutdown, which replaces this one.
    #[must_use]
    pub fn shutdown(mut self, shutdown: &Shutdown) -> Self {
        self.shutdown = shutdown.clone();
        self
    }

    /// The configuration, if one is set.
    #[cfg(feature = "server")]
    pub(crate) fn own_config(&self) -> Option<&Arc<Config>> {
        self.config.as_ref()
    }

    /// Answers one request. The connection, if there will be one, is a task of its own.
    pub(crate) fn answer<B>(&self, request: Request<B>, config: Arc<Config>, shutdown: &Shutdown) -> Answer {
        let (mut parts, _) = request.into_parts();
        let accepted = Offer::take(&mut parts, &config, shutdown).and_then(|offer| {
            let mut handshake = Handshake {
                uri: parts.uri,
                headers: parts.headers,
                address: parts.extensions.get().copied(),
                extensions: parts.extensions,
                subprotocol: None,
            };
            let accepted = offer.accept(&mut handshake, &config, &M::Endpoint::CONTRACT, shutdown)?;
            Ok((accepted, handshake))
        });
        let (accepted, handshake) = match accepted {
            Ok(accepted) => accepted,
            Err(rejection) => {
                refused(rejection.status(), rejection.reason());
                return Box::pin(ready(Ok(rejection.response().map(ResponseBody::from))));
            }
        };
        // The clone of an endpoint, and the function that makes one, are code of a user, which may panic.
        let made = catch_unwind(AssertUnwindSafe(|| self.make.make(&handshake)));
        let shutdown = shutdown.clone();
        Box::pin(async move {
            let made = match made {
                Ok(made) => AssertUnwindSafe(made).catch_unwind().await,
                Err(panic) => Err(panic),
            };
            let (refusal, reason) = match made {
                // It may have taken its time.
                Ok(Ok(endpoint)) if shutdown.is_begun() => {
                    let _ = catch_unwind(AssertUnwindSafe(|| drop(endpoint)));
                    (StatusCode::SERVICE_UNAVAILABLE.into(), "GoingDown")
                }
                Ok(Ok(endpoint)) => {
                    let response = accepted.open(endpoint, handshake, config, &shutdown);
                    return Ok(response.map(|()| ResponseBody::default()));
                }
                Ok(Err(refusal)) => (refusal, "Refusal"),
                // It panicked, and the panic hook has reported that; without this the client would get no answer.
                Err(_) => (StatusCode::INTERNAL_SERVER_ERROR.into(), "Panic"),
            };
            refused(refusal.status(), format_args!("{reason}"));
            let response = refusal.response(accepted.version());
            accepted.decline(&config, &shutdown);
            Ok(response)
        })
    }
}

impl<M: MakeEndpoint, B> tower_service::Service<Request<B>> for Service<M> {
    type Response = Response<ResponseBody>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Answer {
        self.answer(request, self.config.clone().unwrap_or_default(), &self.shutdown)
    }
}

impl<M> fmt::Debug for Service<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("config", &self.config)
            .field("shutdown", &self.shutdown)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
