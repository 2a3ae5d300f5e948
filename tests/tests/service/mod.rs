//! A server with one endpoint for each kind of mistake, and a count of its connections.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sockpact::{Bytes, CloseReason, Config, Json, Message, Server, Text, endpoint};
use sockpact_tests::{binary, text};
use tokio::sync::oneshot;

/// The size limit of every endpoint here, in bytes.
pub(crate) const MAX: usize = 100_000;

/// Counts the endpoints that live.
struct Alive(Arc<AtomicUsize>);

impl Default for Alive {
    fn default() -> Self {
        Self(Arc::new(AtomicUsize::new(1)))
    }
}

impl Clone for Alive {
    fn clone(&self) -> Self {
        self.0.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(&self.0))
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[derive(Clone)]
struct TextOnly(#[expect(dead_code)] Alive);

#[endpoint(text, max_text = 100_000)]
impl TextOnly {
    #[on(text)]
    async fn echo(&mut self, text: Text) -> Text {
        text
    }
}

#[derive(Clone)]
struct BinaryOnly(#[expect(dead_code)] Alive);

#[endpoint(binary, max_binary = 100_000)]
impl BinaryOnly {
    #[on(binary)]
    async fn echo(&mut self, bytes: Bytes) -> Bytes {
        bytes
    }
}

#[derive(Clone)]
struct Both(#[expect(dead_code)] Alive);

#[derive(CloseReason)]
enum BothError {
    #[close(4001, "as asked")]
    Refused,
    #[close(1011, "internal error")]
    Failed,
}

#[endpoint(text, binary, max_text = 100_000, max_binary = 100_000)]
impl Both {
    #[on(message)]
    async fn echo(&mut self, message: Message) -> Result<Message, BothError> {
        match message.payload() {
            b"refuse" => Err(BothError::Refused),
            b"fail" => Err(BothError::Failed),
            b"panic" => panic!("as asked"),
            _ => Ok(message),
        }
    }
}

#[derive(Deserialize, Serialize)]
struct Entry {
    id: u64,
}

#[derive(Clone)]
struct Entries(#[expect(dead_code)] Alive);

#[endpoint(text)]
impl Entries {
    #[on(text)]
    async fn echo(&mut self, entry: Json<Entry>) -> Json<Entry> {
        entry
    }
}

/// A valid message for an endpoint, of about `size` bytes.
pub(crate) fn valid(path: &str, size: usize) -> Vec<u8> {
    match path {
        "/binary" => binary(vec![7; size]),
        "/json" => text(format!("{{\"id\":{:>size$}}}", 7)),
        _ => text("v".repeat(size)),
    }
}

/// A server on a free port; it ends when this is dropped.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    alive: Arc<AtomicUsize>,
    _end: oneshot::Sender<()>,
}

impl Service {
    pub(crate) async fn start() -> Self {
        Self::start_with(Config::default()).await
    }

    pub(crate) async fn start_with(config: Config) -> Self {
        let alive = Alive::default();
        let count = Arc::clone(&alive.0);
        let (end, ended) = oneshot::channel::<()>();
        let server = Server::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        let server = server
            .config(config)
            .until(async {
                let _ = ended.await;
            })
            .route("/text", TextOnly(alive.clone()))
            .route("/binary", BinaryOnly(alive.clone()))
            .route("/both", Both(alive.clone()))
            .route("/json", Entries(alive));
        // The server's own four: what is above them are connections.
        assert_eq!(count.load(Ordering::SeqCst), 4);
        tokio::spawn(server.run());
        Self { address, alive: count, _end: end }
    }

    /// Waits until no connection's endpoint lives.
    #[allow(dead_code, reason = "each test file that uses this module uses a part of it")]
    pub(crate) async fn expect_no_connections(&self) {
        for _ in 0..100 {
            if self.alive.load(Ordering::SeqCst) <= 4 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{} endpoints live", self.alive.load(Ordering::SeqCst));
    }
}
