//! What ends a server.

use std::fmt;
use std::future::pending;
use std::pin::{Pin, pin};

use futures_util::future::select;
use tokio::signal;

/// What ends a server: a signal, or a future of its user's.
pub(super) enum Stop {
    Signal,
    Given(Pin<Box<dyn Future<Output = ()> + Send>>),
}

impl Stop {
    /// Waits for the end.
    pub(super) async fn wait(&mut self) {
        match self {
            Self::Signal => signaled().await,
            Self::Given(end) => end.await,
        }
    }

    /// Waits for one more signal, of somebody who will not wait; a future comes only once.
    pub(super) async fn wait_again(&mut self) {
        match self {
            Self::Signal => signaled().await,
            Self::Given(_) => pending().await,
        }
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Signal => "Signal",
            Self::Given(_) => "Given",
        })
    }
}

async fn signaled() {
    select(pin!(interrupted()), pin!(terminated())).await;
}

async fn interrupted() {
    if let Err(error) = signal::ctrl_c().await {
        tracing::warn!(%error, "cannot listen for Ctrl-C");
        pending::<()>().await;
    }
}

/// SIGTERM, by which service managers and containers end a process.
#[cfg(unix)]
async fn terminated() {
    match signal::unix::signal(signal::unix::SignalKind::terminate()) {
        Ok(mut signals) => {
            signals.recv().await;
        }
        Err(error) => {
            tracing::warn!(%error, "cannot listen for SIGTERM");
            pending::<()>().await;
        }
    }
}

#[cfg(not(unix))]
async fn terminated() {
    pending::<()>().await;
}
