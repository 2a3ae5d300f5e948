//! The server that the client speaks to.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use sockpact::{Bytes, Closed, Config, Json, Message, Peer, Sender, Server, Text, endpoint};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_tungstenite::connect_async;

use super::{Client, within};

#[endpoint(text, binary)]
pub(crate) async fn echo(message: Message) -> Message {
    message
}

#[endpoint(text, max_text = 1000)]
async fn lines(line: Text) -> Text {
    line
}

#[endpoint(binary, max_binary = "64 KiB")]
async fn blobs(bytes: Bytes) -> Bytes {
    bytes
}

#[derive(Deserialize, Serialize)]
struct Entry {
    id: u64,
}

#[endpoint(text)]
async fn entries(entry: Json<Entry>) -> Json<Entry> {
    entry
}

/// Tells the test who speaks to it, and how that ended.
#[derive(Clone)]
pub(crate) struct Witness {
    opened: mpsc::UnboundedSender<Sender>,
    closed: mpsc::UnboundedSender<Closed>,
}

#[endpoint(text, subprotocols = ["chat.v2", "chat.v1"])]
impl Witness {
    #[on(open)]
    async fn opened(&mut self, peer: &Peer) {
        self.opened.send(peer.sender()).unwrap();
    }

    #[on(text)]
    async fn subprotocol(&mut self, _: String, peer: &Peer) -> String {
        peer.subprotocol().unwrap_or("none").to_owned()
    }

    #[on(close)]
    async fn closed(&mut self, closed: &Closed) {
        // A test that does not ask how it ended has ended before.
        let _ = self.closed.send(closed.clone());
    }
}

/// A server that runs until it is told to end.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    pub(crate) opened: mpsc::UnboundedReceiver<Sender>,
    pub(crate) closed: mpsc::UnboundedReceiver<Closed>,
    pub(crate) end: oneshot::Sender<()>,
    pub(crate) run: JoinHandle<std::io::Result<()>>,
}

impl Service {
    pub(crate) async fn start() -> Self {
        Self::start_with(Config::default()).await
    }

    pub(crate) async fn start_with(config: Config) -> Self {
        let ((opened, was_opened), (closed, was_closed)) =
            (mpsc::unbounded_channel(), mpsc::unbounded_channel());
        let (end, ended) = oneshot::channel::<()>();
        let server = Server::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        let server = server
            .config(config)
            .until(async {
                let _ = ended.await;
            })
            .route("/echo", echo)
            .route("/lines", lines)
            .route("/blobs", blobs)
            .route("/entries", entries)
            .route("/witness", Witness { opened, closed });
        Self { address, opened: was_opened, closed: was_closed, end, run: tokio::spawn(server.run()) }
    }

    pub(crate) async fn connect(&self, path: &str) -> Client {
        within(connect_async(format!("ws://{}{path}", self.address))).await.unwrap().0
    }
}
