//! The end of a service: every connection is told to close, and the last one is awaited.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// Ends the connections of a service together; cheap to clone, and every clone is the same handle.
///
/// [`serve`](crate::serve) has one of its own. A service mounted elsewhere gets one by
/// [`Service::shutdown`](crate::Service::shutdown):
///
/// ```no_run
/// # async fn example<E: sockpact::Endpoint + Clone + Sync>(endpoint: E) -> std::io::Result<()> {
/// # let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
/// let shutdown = sockpact::Shutdown::new();
/// let chat = sockpact::service(endpoint).shutdown(&shutdown);
/// let app = axum::Router::new().route_service("/chat", chat);
///
/// let signal = shutdown.clone();
/// axum::serve(listener, app)
///     .with_graceful_shutdown(async move {
///         let _ = tokio::signal::ctrl_c().await;
///         signal.begin();
///     })
///     .await?;
/// shutdown.finished().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Shutdown {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    begun: CancellationToken,
    /// The same as a flag, which a connection can look at for each message.
    has_begun: AtomicBool,
    /// The time for ending well is over.
    abandoned: CancellationToken,
    connections: TaskTracker,
}

impl Shutdown {
    /// A shutdown that has not begun.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins it: every connection is closed with 1001, and a new opening handshake is refused with 503.
    ///
    /// Called again, it does nothing.
    pub fn begin(&self) {
        self.inner.connections.close();
        // Before the tokens wake anybody who looks at it.
        self.inner.has_begun.store(true, Ordering::Release);
        self.inner.begun.cancel();
    }

    /// Whether it has begun.
    pub fn is_begun(&self) -> bool {
        self.inner.has_begun.load(Ordering::Acquire)
    }

    /// Waits until it has begun.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when it is cancelled.
    pub async fn begun(&self) {
        self.inner.begun.cancelled().await;
    }

    /// Waits until it has begun and every connection has ended.
    ///
    /// A connection that this closes ends after at most these, one after the other:
    ///
    /// * [`Config::closing_handshake`](crate::Config::closing_handshake);
    /// * [`Config::linger`](crate::Config::linger), where the stream cannot be shut down at once, as over TLS and
    ///   HTTP/2;
    /// * `linger`, or `closing_handshake` again for `#[on(close)]`, whichever is longer.
    ///
    /// A handshake is waited for too: with [`Server`](crate::Server) until the function that makes its endpoint is
    /// done, behind axum or hyper only once that has answered. `finished` has no deadline of its own.
    /// [`Server`](crate::Server) has one, [`Config::shutdown`](crate::Config::shutdown), and drops what is left.
    /// Elsewhere, stop waiting; what is left ends with its runtime:
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let shutdown = sockpact::Shutdown::new();
    /// use std::time::Duration;
    /// use tokio::time::timeout;
    ///
    /// shutdown.begin();
    /// if timeout(Duration::from_secs(20), shutdown.finished()).await.is_err() {
    ///     eprintln!("some connections have not ended: {shutdown:?}");
    /// }
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when it is cancelled.
    pub async fn finished(&self) {
        self.begun().await;
        self.inner.connections.wait().await;
    }

    /// Has [`finished`](Self::finished) wait for the drop of this.
    pub(crate) fn hold(&self) -> TaskTrackerToken {
        self.inner.connections.token()
    }

    /// `begun` as a value that a connection can keep and poll.
    pub(crate) fn begun_owned(&self) -> Begun {
        Begun { shutdown: self.clone(), waiting: Box::pin(self.inner.begun.clone().cancelled_owned()) }
    }
}

impl Shutdown {
    /// Ready when the time for ending well is over; never without a shutdown.
    ///
    /// It is woken by that only once the shutdown has begun: until then whoever polls it has to be woken by the
    /// beginning, as a connection is. So it costs next to nothing beside every message, and no memory.
    pub(crate) fn abandoned(shutdown: Option<&Self>) -> impl Future<Output = ()> + Unpin {
        let mut waiting = None;
        poll_fn(move |context| match shutdown {
            Some(shutdown) if shutdown.is_begun() => waiting
                .get_or_insert_with(|| Box::pin(shutdown.inner.abandoned.clone().cancelled_owned()))
                .as_mut()
                .poll(context),
            _ => Poll::Pending,
        })
    }
}

#[cfg(feature = "service")]
impl Shutdown {
    /// Runs what belongs to a connection as a task that [`finished`](Self::finished) waits for.
    pub(crate) fn spawn(&self, connection: impl Future<Output = ()> + Send + 'static) {
        self.inner.connections.spawn(connection);
    }

    /// As [`spawn`](Self::spawn), for what has not become a connection yet and is dropped when it is abandoned.
    pub(crate) fn spawn_opening(&self, opening: impl Future<Output = ()> + Send + 'static) {
        let abandoned = self.inner.abandoned.clone();
        self.spawn(async move {
            abandoned.run_until_cancelled(opening).await;
        });
    }
}

#[cfg(feature = "server")]
impl Shutdown {
    /// Ends every connection that has not ended yet without waiting for its peer; what is not open yet is dropped.
    pub(crate) fn abandon(&self) {
        self.inner.abandoned.cancel();
    }

    /// How many connections there are.
    pub(crate) fn connections(&self) -> usize {
        self.inner.connections.len()
    }
}

impl fmt::Debug for Shutdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shutdown")
            .field("begun", &self.is_begun())
            .field("connections", &self.inner.connections.len())
            .finish()
    }
}

/// Tells a connection that its [`Shutdown`] has begun.
pub(crate) struct Begun {
    shutdown: Shutdown,
    waiting: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Begun {
    /// Whether it has begun; costs next to nothing.
    pub(crate) fn has_begun(&self) -> bool {
        self.shutdown.is_begun()
    }

    /// Has the task of `context` woken when it begins.
    pub(crate) fn register(&mut self, context: &mut Context<'_>) {
        let _ = self.waiting.as_mut().poll(context);
    }
}

impl fmt::Debug for Begun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Begun").finish_non_exhaustive()
    }
}

#[cfg(all(test, feature = "service"))]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn finished_waits_for_the_beginning_and_for_every_connection() {
        let shutdown = Shutdown::new();
        assert!(timeout(Duration::from_millis(20), shutdown.finished()).await.is_err(), "not begun");

        let told = shutdown.clone();
        shutdown.spawn(async move {
            told.begun().await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        });
        shutdown.begin();
        assert!(shutdown.is_begun());
        assert!(timeout(Duration::from_millis(10), shutdown.finished()).await.is_err(), "one is left");
        timeout(Duration::from_secs(5), shutdown.finished()).await.unwrap();
    }

    #[cfg(feature = "server")]
    #[tokio::test]
    async fn what_is_abandoned_ends_at_once() {
        let shutdown = Shutdown::new();
        shutdown.spawn_opening(std::future::pending());
        shutdown.begin();
        assert!(timeout(Duration::from_millis(20), shutdown.finished()).await.is_err());
        assert_eq!(shutdown.connections(), 1);
        shutdown.abandon();
        timeout(Duration::from_secs(5), shutdown.finished()).await.unwrap();
    }
}
