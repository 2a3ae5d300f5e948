//! The accept loop. No error ends it.

use std::convert::Infallible;
use std::io;
use std::iter;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::sleep;

use super::connection::serve_connection;
use super::listen::BACKLOG;
use super::routes::Routes;
use crate::config::Config;
use crate::service::Slot;
use crate::shutdown::Shutdown;

/// Accepts connections for ever, each as a task of its own.
pub(super) async fn accept(
    listener: &TcpListener,
    routes: Arc<Routes>,
    config: Arc<Config>,
    shutdown: &Shutdown,
) -> Infallible {
    let limit = config.max_connections.map(|most| Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS))));
    loop {
        // Before accepting, so that whoever is too many waits in the system's queue and costs nothing here.
        let slot = match &limit {
            Some(limit) => Arc::clone(limit).acquire_owned().await.ok().map(|permit| Slot(Arc::new(permit))),
            None => None,
        };
        let (stream, address) = accept_one(|| listener.accept()).await;
        let connection = serve_connection(
            stream,
            address,
            slot,
            Arc::clone(&routes),
            Arc::clone(&config),
            shutdown.clone(),
        );
        shutdown.spawn_opening(connection);
    }
}

/// Accepts those who still wait in the system's queue when the server ends: dropped with the listener, they would get
/// RST. They are answered as everybody is then, or get FIN if they ask nothing soon.
pub(super) fn turn_away(
    listener: TcpListener,
    routes: &Arc<Routes>,
    config: &Arc<Config>,
    shutdown: &Shutdown,
) {
    // By the system's call itself: tokio learns of new connections only when it next looks.
    let Ok(listener) = listener.into_std() else { return };
    let next = || match listener.accept() {
        Err(error) if concerns_the_peer(&error) => Some(None),
        accepted => accepted.ok().map(Some),
    };
    // No more than could wait, since others may come meanwhile.
    for (stream, address) in iter::from_fn(next).take(BACKLOG as usize).flatten() {
        let Ok(stream) = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream)) else {
            continue;
        };
        let (routes, config, told) = (Arc::clone(routes), Arc::clone(config), shutdown.clone());
        shutdown.spawn_opening(serve_connection(stream, address, None, routes, config, told));
    }
}

/// Accepts the next connection, however long that takes.
async fn accept_one<F, T>(accept: impl Fn() -> F) -> T
where
    F: Future<Output = io::Result<T>>,
{
    let mut backoff = Backoff::default();
    loop {
        match accept().await {
            Ok(accepted) => return accepted,
            Err(error) if concerns_the_peer(&error) => {
                tracing::debug!(%error, "a connection was gone before it was accepted");
            }
            Err(error) => {
                let pause = backoff.next();
                tracing::warn!(%error, ?pause, "cannot accept connections");
                sleep(pause).await;
            }
        }
    }
}

/// Whether only the one connection is lost. Anything else, such as too many open files, needs time to pass.
fn concerns_the_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// How long to wait after errors that follow one another: 10 ms, doubling up to 1 s.
#[derive(Debug)]
struct Backoff(Duration);

impl Default for Backoff {
    fn default() -> Self {
        Self(Duration::from_millis(10))
    }
}

impl Backoff {
    fn next(&mut self) -> Duration {
        let pause = self.0;
        self.0 = (pause * 2).min(Duration::from_secs(1));
        pause
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::ready;

    use tokio::time::Instant;

    use super::*;

    #[test]
    fn the_pause_doubles_up_to_a_second() {
        let mut backoff = Backoff::default();
        let pauses: Vec<_> = (0..9).map(|_| backoff.next().as_millis()).collect();
        assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 640, 1000, 1000]);
    }

    /// Linux accepts a TCP connection that was aborted meanwhile, and tells of it at the first read: so no client
    /// can bring ECONNABORTED about here, and a script does.
    #[tokio::test(start_paused = true)]
    async fn an_error_is_passed_over_or_waited_for() {
        use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted, OutOfMemory, StorageFull};
        // Whatever is none of the peer's stands for too many open files, which has no kind.
        let script = [
            (ConnectionAborted, 0),
            (StorageFull, 10),
            (ConnectionReset, 10),
            (StorageFull, 30),
            (Interrupted, 30),
            (OutOfMemory, 70),
        ];
        let (begun, tries) = (Instant::now(), Cell::new(0_usize));
        let accepted = accept_one(|| {
            let tried = tries.replace(tries.get() + 1);
            let before = tried.checked_sub(1).map_or(0, |before| script[before].1);
            assert_eq!(begun.elapsed().as_millis(), before, "try {tried}");
            ready(script.get(tried).map_or(Ok("a connection"), |(kind, _)| Err(io::Error::from(*kind))))
        });
        assert_eq!(accepted.await, "a connection");
        assert_eq!(tries.get(), script.len() + 1);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn only_the_loss_of_a_connection_is_passed_over() {
        let error = io::Error::from_raw_os_error;
        // ECONNABORTED and ECONNRESET of Linux; then EMFILE, ENFILE, ENOBUFS and ENOMEM.
        assert!([103, 104].into_iter().all(|code| concerns_the_peer(&error(code))));
        assert!(![24, 23, 105, 12].into_iter().any(|code| concerns_the_peer(&error(code))));
    }
}
