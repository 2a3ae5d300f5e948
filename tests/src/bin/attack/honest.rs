//! Honest connections beside an attack, and how long they wait for their echoes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use sockpact_tests::{RawPeer, text};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::sleep;

const CONNECTIONS: usize = 100;
/// Between two messages, on average.
const PAUSE: u64 = 10;

/// Connections on a thread of their own, each of which sends a message, awaits it, and pauses.
pub(crate) struct Honest {
    times: UnboundedReceiver<Duration>,
    end: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Honest {
    pub(crate) fn start(address: SocketAddr) -> std::io::Result<Self> {
        let (give, times) = unbounded_channel();
        let end = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&end);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = thread::spawn(move || {
            runtime.block_on(async {
                let talks =
                    (0..CONNECTIONS).map(|number| talk(address, number, give.clone(), Arc::clone(&ended)));
                futures_util::future::join_all(talks).await;
            });
        });
        Ok(Self { times, end, thread: Some(thread) })
    }

    /// Forgets what was measured up to now.
    pub(crate) fn forget(&mut self) {
        while self.times.try_recv().is_ok() {}
    }

    /// Moves what was measured since the last call to the end of these.
    pub(crate) fn take(&mut self, times: &mut Vec<Duration>) {
        while let Ok(time) = self.times.try_recv() {
            times.push(time);
        }
    }
}

impl Drop for Honest {
    fn drop(&mut self) {
        self.end.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn talk(address: SocketAddr, number: usize, times: UnboundedSender<Duration>, ended: Arc<AtomicBool>) {
    let mut peer = RawPeer::connect(address, "/echo").await;
    // Pauses of 5 to 15 ms, for no two connections in the same order: all at once, each would wait for the others.
    let pauses = (0..)
        .map(|message| PAUSE / 2 + (number as u64 * 31 + message * (number as u64 % 10 + 1)) % (PAUSE + 1));
    for pause in pauses {
        if ended.load(Ordering::Relaxed) {
            return;
        }
        let begun = Instant::now();
        peer.send(&text("there?")).await;
        peer.read_text().await;
        if times.send(begun.elapsed()).is_err() {
            return;
        }
        sleep(Duration::from_millis(pause)).await;
    }
}

/// The time below which 99 % of these are.
pub(crate) fn p99(times: &mut [Duration]) -> Duration {
    times.sort();
    times.get(times.len() * 99 / 100).copied().unwrap_or(Duration::MAX)
}
