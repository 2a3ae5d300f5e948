//! A whole server: the way in for a service that consists only of endpoints.

mod accept;
mod connection;
mod listen;
mod routes;
mod stop;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;

use futures_util::future::{Either, select};
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::time::timeout;

use crate::config::Config;
use crate::endpoint::IntoEndpoint;
use crate::service::{MakeEndpoint, Service, service};
use crate::shutdown::Shutdown;
use accept::{accept, turn_away};
use listen::listen;
use routes::Routes;
use stop::Stop;

/// Serves an endpoint on every path of an address, until Ctrl-C or SIGTERM.
///
/// A [`Server`] can do more: several paths, a [`Config`], a shutdown signal of your own.
///
/// ```no_run
/// use sockpact::endpoint;
///
/// #[endpoint(text)]
/// async fn shout(line: String) -> String {
///     line.to_uppercase()
/// }
///
/// #[tokio::main]
/// async fn main() -> std::io::Result<()> {
///     sockpact::serve("127.0.0.1:3000", shout).await
/// }
/// ```
///
/// # Errors
///
/// If the address cannot be listened on; once it is, the server runs until it is shut down.
///
/// # Panics
///
/// Outside a tokio runtime with its I/O and timer enabled.
///
/// # Cancel safety
///
/// As [`Server::run`].
pub fn serve<'a, W, T>(address: impl ToSocketAddrs + Send + 'a, endpoint: T) -> Running<'a>
where
    W: 'static,
    T: IntoEndpoint<W> + Clone + Send + Sync + 'static,
{
    let service = service(endpoint);
    Box::pin(async move { Server::bind(address).await?.serve_service(service).await })
}

/// A server that runs while it is awaited: what [`serve`] and [`Server::serve`] return.
///
/// Boxed, since for an opaque type rustc would check again wherever it is named that what is served is an
/// endpoint.
pub type Running<'a> = Pin<Box<dyn Future<Output = io::Result<()>> + Send + 'a>>;

/// An HTTP/1.1 server for endpoints, each on its path.
///
/// ```no_run
/// use sockpact::{Bytes, Config, Server, endpoint};
///
/// #[endpoint(text)]
/// async fn text(line: String) -> String {
///     line
/// }
///
/// #[endpoint(binary)]
/// async fn binary(bytes: Bytes) -> Bytes {
///     bytes
/// }
///
/// #[tokio::main]
/// async fn main() -> std::io::Result<()> {
///     let server = Server::bind("127.0.0.1:3000").await?.config(Config::default().max_connections(10_000));
///     println!("listening on {}", server.local_addr()?);
///     server.route("/text", text).route("/binary", binary).run().await
/// }
/// ```
///
/// A request head may take [`Config::handshake`], 16 KiB and 64 headers. An error of `accept` never ends the
/// server. A refused client gets its whole answer even while it is still sending.
#[must_use = "it does nothing until `serve` or `run`"]
pub struct Server {
    listener: TcpListener,
    /// Nobody else accepts from it, so that who waits in its queue is lost with it.
    is_own: bool,
    routes: Routes,
    config: Arc<Config>,
    stop: Stop,
}

impl Server {
    /// Listens on an address; port 0 picks a free one. Nothing is accepted yet.
    ///
    /// # Errors
    ///
    /// If the address cannot be resolved or listened on; the error says which address.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime with its I/O enabled.
    ///
    /// # Cancel safety
    ///
    /// If it is cancelled, nothing is listened on.
    pub async fn bind(address: impl ToSocketAddrs) -> io::Result<Self> {
        listen(address).await.map(|listener| Self { is_own: true, ..Self::from_listener(listener) })
    }

    /// Takes a listener of your own: from a service manager's socket activation, with `SO_REUSEPORT`, or from a
    /// test.
    ///
    /// The listener decides how many clients may wait to be accepted; [`bind`](Self::bind) asks for 4,096. Nothing
    /// is accepted yet. Clients that still wait when the server ends are left to whoever else holds the socket, such
    /// as the service's next instance; if nobody does, the system resets them.
    ///
    /// ```no_run
    /// # async fn example(inherited: std::net::TcpListener) -> std::io::Result<()> {
    /// // One that this process was started with.
    /// inherited.set_nonblocking(true)?;
    /// let server = sockpact::Server::from_listener(tokio::net::TcpListener::from_std(inherited)?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_listener(listener: TcpListener) -> Self {
        Self {
            listener,
            is_own: false,
            routes: Routes::default(),
            config: Arc::default(),
            stop: Stop::Signal,
        }
    }

    /// The address that the server listens on, with the actual port.
    ///
    /// # Errors
    ///
    /// If the system does not report it.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Sets limits, deadlines, and who may connect, for every route that has no configuration of its own.
    /// `handshake`, `max_connections` and `shutdown` hold for all routes.
    pub fn config(mut self, config: impl Into<Arc<Config>>) -> Self {
        self.config = config.into();
        self
    }

    /// Shuts the server down when this future completes, instead of on Ctrl-C and SIGTERM.
    pub fn until(mut self, end: impl Future<Output = ()> + Send + 'static) -> Self {
        self.stop = Stop::Given(Box::pin(end));
        self
    }

    /// Serves an endpoint on one path, such as `/chat`; a request's path must match it byte for byte.
    ///
    /// A later route on the same path replaces an earlier one.
    ///
    /// # Panics
    ///
    /// If the path does not begin with `/`: no request would match it.
    pub fn route<W, T>(self, path: impl Into<String>, endpoint: T) -> Self
    where
        W: 'static,
        T: IntoEndpoint<W> + Clone + Send + Sync + 'static,
    {
        self.route_service(path, service(endpoint))
    }

    /// Serves on one path a service made by [`service_with`](crate::service_with) or [`service`].
    ///
    /// # Panics
    ///
    /// As [`route`](Self::route).
    pub fn route_service<M: MakeEndpoint>(mut self, path: impl Into<String>, service: Service<M>) -> Self {
        let path = path.into();
        assert!(path.starts_with('/'), "the path of a route begins with `/`, and {path:?} does not");
        self.routes.insert(path, service);
        self
    }

    /// Serves an endpoint on every path that has no route, and runs the server.
    ///
    /// # Errors, panics, cancel safety
    ///
    /// As [`run`](Self::run).
    pub fn serve<W, T>(self, endpoint: T) -> Running<'static>
    where
        W: 'static,
        T: IntoEndpoint<W> + Clone + Send + Sync + 'static,
    {
        self.serve_service(service(endpoint))
    }

    /// Serves on every path that has no route a service made by [`service_with`](crate::service_with) or
    /// [`service`], and runs the server.
    ///
    /// # Errors, panics, cancel safety
    ///
    /// As [`run`](Self::run).
    pub fn serve_service<M: MakeEndpoint>(mut self, service: Service<M>) -> Running<'static> {
        self.routes.otherwise(service);
        Box::pin(self.run())
    }

    /// Runs the server until Ctrl-C, SIGTERM, or the end of the future given to [`until`](Self::until).
    ///
    /// Then nobody is accepted any more, every peer gets Close 1001, and the server waits for its connections.
    /// Those left after [`Config::shutdown`], or at a second Ctrl-C, are dropped, except for their `#[on(close)]`,
    /// which has [`Config::closing_handshake`]; a third Ctrl-C does not wait for that either. A path without a
    /// route is answered with 404.
    ///
    /// # Errors
    ///
    /// None today.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime with its I/O and timer enabled.
    ///
    /// # Cancel safety
    ///
    /// If it is dropped, it stops listening and every peer gets Close 1001, but nobody waits for that.
    pub async fn run(self) -> io::Result<()> {
        let Self { listener, is_own, routes, config, mut stop } = self;
        let ending = Ending(Shutdown::new());
        let (shutdown, routes) = (&ending.0, Arc::new(routes));
        {
            let accepting = pin!(accept(&listener, Arc::clone(&routes), Arc::clone(&config), shutdown));
            match select(pin!(stop.wait()), accepting).await {
                Either::Left(((), _)) => {}
                Either::Right((never, _)) => match never {},
            }
        }
        shutdown.begin();
        if is_own {
            turn_away(listener, &routes, &config, shutdown);
        } else {
            drop(listener);
        }
        tracing::info!(connections = shutdown.connections(), "the server is going down");
        let finished = timeout(config.shutdown, shutdown.finished());
        let all_ended = match select(pin!(finished), pin!(stop.wait_again())).await {
            Either::Left((finished, _)) => finished.is_ok(),
            Either::Right(((), _)) => false,
        };
        if !all_ended {
            tracing::warn!(connections = shutdown.connections(), "drops the connections that have not ended");
            shutdown.abandon();
            select(pin!(shutdown.finished()), pin!(stop.wait_again())).await;
        }
        Ok(())
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("listener", &self.listener)
            .field("routes", &self.routes)
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

/// Begins the shutdown at the latest when the server is dropped.
struct Ending(Shutdown);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.begin();
    }
}

#[cfg(test)]
mod tests;
