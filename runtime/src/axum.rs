//! [`Upgrade`], an axum extractor: the way in together with everything else that axum extracts.

use std::net::SocketAddr;
use std::sync::Arc;

use axum_core::body::Body;
use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, Uri};

use crate::config::Config;
use crate::endpoint::{Endpoint, IntoEndpoint};
use crate::handshake::{Handshake, Rejection};
use crate::service::{Offer, Refusal, refused};
use crate::shutdown::Shutdown;

/// An axum extractor: an opening handshake that waits for its endpoint.
///
/// A request that opens no WebSocket is refused before the handler runs. Origin and subprotocol are judged in
/// [`serve`](Self::serve), since they depend on the configuration and the endpoint. Over HTTP/2, for which
/// `axum::serve` needs axum's feature `http2`, the method is CONNECT: mount the handler with `any`, not with
/// `get`.
///
/// Nagle's algorithm is turned off on a plain socket over HTTP/1.1, as for [`service`](crate::service()).
///
/// ```
/// use axum::extract::{Path, State};
/// use axum::response::Response;
/// use axum::routing::any;
/// use sockpact::{Upgrade, endpoint};
///
/// #[derive(Clone)]
/// struct Greeter { greeting: String, name: String }
///
/// #[endpoint(text)]
/// impl Greeter {
///     #[on(text)]
///     async fn greet(&mut self, _: String) -> String {
///         format!("{} {}", self.greeting, self.name)
///     }
/// }
///
/// async fn greet(upgrade: Upgrade, Path(name): Path<String>, State(greeting): State<String>) -> Response {
///     upgrade.serve(Greeter { greeting, name })
/// }
///
/// let app: axum::Router = axum::Router::new().route("/greet/{name}", any(greet)).with_state("hello".to_owned());
/// ```
#[derive(Debug)]
#[must_use = "without `serve` or `refuse` the client gets whatever else the handler returns"]
pub struct Upgrade {
    offer: Offer,
    handshake: Handshake,
    config: Arc<Config>,
    shutdown: Shutdown,
}

impl Upgrade {
    /// Sets limits, deadlines, and who may connect.
    pub fn config(mut self, config: impl Into<Arc<Config>>) -> Self {
        self.config = config.into();
        self
    }

    /// Ends the connection when this shutdown begins.
    pub fn shutdown(mut self, shutdown: &Shutdown) -> Self {
        self.shutdown = shutdown.clone();
        self
    }

    /// The request target.
    pub const fn uri(&self) -> &Uri {
        self.handshake.uri()
    }

    /// The request's headers.
    pub const fn headers(&self) -> &HeaderMap {
        self.handshake.headers()
    }

    /// Sets the peer's address, if the handler knows it better: from axum's `ConnectInfo`, or from what a proxy
    /// wrote.
    ///
    /// Without it, the address is a bare `SocketAddr` in the request's extensions, if a layer has put one there,
    /// and otherwise the other end of the socket, if the server runs on a plain one over HTTP/1.1.
    pub fn with_address(mut self, address: SocketAddr) -> Self {
        self.handshake.address = Some(address);
        self
    }

    /// Opens the WebSocket and serves the endpoint on it, in a task of its own. Return the answer unchanged.
    ///
    /// hyper hands over the stream whatever the final response was. If the handler, or a layer around it, answers
    /// something else, the endpoint still runs, against a peer that never switched to WebSocket. Decide before
    /// `serve`, in an extractor, or in a layer that does not call the handler.
    ///
    /// The answer is a refusal if the origin may not connect, the offer of subprotocols is malformed, or the
    /// shutdown has begun. Then, and if the client leaves before it has the answer, the endpoint is dropped and
    /// none of its handlers runs: what `#[on(close)]` has to undo is best done in `#[on(open)]`. A function that
    /// makes the endpoint is called only if the answer is not a refusal.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    #[must_use = "it has to be returned: it is the answer"]
    pub fn serve<W>(self, endpoint: impl IntoEndpoint<W>) -> Response {
        self.open(endpoint)
    }

    /// Refuses the handshake: the connection ends after the answer, which has to be returned.
    ///
    /// A handler that returns something else instead of calling [`serve`](Self::serve) or this leaves an HTTP/1.1
    /// connection open, and what the client sent after its handshake is read as its next request.
    ///
    /// ```
    /// use axum::http::{HeaderMap, StatusCode};
    /// use axum::response::Response;
    /// use sockpact::{Refusal, Upgrade, endpoint};
    ///
    /// #[endpoint(text)]
    /// async fn shout(line: String) -> String {
    ///     line.to_uppercase()
    /// }
    ///
    /// async fn enter(upgrade: Upgrade, headers: HeaderMap) -> Response {
    ///     if headers.contains_key("authorization") {
    ///         upgrade.serve(shout)
    ///     } else {
    ///         upgrade.refuse(Refusal::new(StatusCode::UNAUTHORIZED, "sign in first"))
    ///     }
    /// }
    /// ```
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    #[must_use = "it has to be returned: it is the answer"]
    pub fn refuse(self, refusal: impl Into<Refusal>) -> Response {
        let refusal = refusal.into();
        refused(refusal.status(), format_args!("Refusal"));
        let response = refusal.response(self.offer.version());
        self.offer.decline(&self.config, &self.shutdown);
        response.map(|body| Body::from(body.into_bytes()))
    }

    fn open<W, T: IntoEndpoint<W>>(self, endpoint: T) -> Response {
        let Self { offer, mut handshake, config, shutdown } = self;
        match offer.accept(&mut handshake, &config, &T::Endpoint::CONTRACT, &shutdown) {
            Ok(accepted) => {
                let endpoint = endpoint.into_endpoint();
                accepted.open(endpoint, handshake, config, &shutdown).map(|()| Body::empty())
            }
            Err(rejection) => {
                refused(rejection.status(), rejection.reason());
                rejection.into_response()
            }
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Upgrade {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        let (config, shutdown) = (Arc::default(), Shutdown::new());
        let offer = Offer::take(parts, &config, &shutdown)
            .inspect_err(|rejection| refused(rejection.status(), rejection.reason()))?;
        let handshake = Handshake {
            uri: parts.uri.clone(),
            headers: parts.headers.clone(),
            address: parts.extensions.get().copied(),
            ..Handshake::default()
        };
        Ok(Self { offer, handshake, config, shutdown })
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        self.response().map(Body::from)
    }
}

/// For handlers without an [`Upgrade`]; with one, call [`Upgrade::refuse`], which also ends the connection.
impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        // The version is not known here: without `Connection: close` the answer is right over either.
        self.response(http::Version::HTTP_2).map(|body| Body::from(body.into_bytes()))
    }
}

#[cfg(test)]
mod tests;
