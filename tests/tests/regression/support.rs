//! What the tests here share: an endpoint on an in-memory stream or behind a server, and a count of what it did.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sockpact::{Closed, Config, IntoEndpoint, Server, endpoint, serve_stream};
use sockpact_tests::{RawPeer, header};
use tokio::io::{DuplexStream, duplex};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

pub(crate) type Side = RawPeer<DuplexStream>;

/// Serves an endpoint on a stream that holds `room` bytes each way.
pub(crate) fn serve<W>(
    room: usize,
    endpoint: impl IntoEndpoint<W>,
    config: Config,
) -> (Side, JoinHandle<Closed>) {
    let (ours, theirs) = duplex(room);
    (RawPeer::new(theirs), tokio::spawn(serve_stream(ours, endpoint.into_endpoint(), config)))
}

/// Serves an endpoint on a port of the loopback until the sender is dropped; how the server ended is the last.
pub(crate) async fn serve_until<W: 'static>(
    endpoint: impl IntoEndpoint<W> + Clone + Send + Sync + 'static,
    config: Config,
) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<io::Result<()>>) {
    let (end, ended) = oneshot::channel();
    let server = Server::bind("127.0.0.1:0").await.unwrap().config(config).until(async {
        let _ = ended.await;
    });
    let address = server.local_addr().unwrap();
    (address, end, tokio::spawn(server.serve(endpoint)))
}

/// Waits for what has to come, by the paused clock: what would hang fails instead.
pub(crate) async fn comes<F: Future>(awaited: F) -> F::Output {
    timeout(Duration::from_secs(3600), awaited).await.expect("it comes within the hour")
}

/// How a connection was reported, which has to end.
pub(crate) async fn ended(served: JoinHandle<Closed>) -> Closed {
    comes(served).await.expect("no panic")
}

/// Counts what an endpoint did.
#[derive(Clone, Default)]
pub(crate) struct Count(Arc<AtomicUsize>);

impl Count {
    /// Counts one more, and returns how many there were before.
    pub(crate) fn add(&self) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst)
    }

    pub(crate) fn clear(&self) {
        self.0.store(0, Ordering::SeqCst);
    }

    pub(crate) fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// Answers each message with itself.
#[derive(Clone)]
pub(crate) struct Echo;

#[endpoint(text)]
impl Echo {
    #[on(text)]
    async fn echo(&mut self, line: String) -> String {
        line
    }
}

/// Takes its time for the first message, and answers each with itself.
pub(crate) struct SlowStart {
    pub(crate) handled: Count,
    time: Duration,
}

impl SlowStart {
    pub(crate) fn new(seconds: u64) -> Self {
        Self { handled: Count::default(), time: Duration::from_secs(seconds) }
    }
}

#[endpoint(text)]
impl SlowStart {
    #[on(text)]
    async fn text(&mut self, line: String) -> String {
        if self.handled.add() == 0 {
            sleep(self.time).await;
        }
        line
    }
}

/// The first byte of a violation for whoever accepts text alone.
pub(crate) fn violation() -> Vec<u8> {
    header(0x82, 1)
}

/// An opening handshake, for a client that does more than `RawPeer::connect`.
pub(crate) fn request(address: SocketAddr) -> Vec<u8> {
    format!(
        "GET / HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    .into_bytes()
}
