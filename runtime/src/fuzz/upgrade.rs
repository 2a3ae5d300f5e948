//! Any bytes at the door of an HTTP/1.1 server: an answer that is HTTP, or none.

use std::convert::Infallible;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tower_service::Service as _;

use super::block_on;
use crate::{Accepts, Contract, Endpoint, Message, Outcome, Peer, Shutdown};

/// Sends every text back.
#[derive(Clone, Debug)]
struct Echo;

impl Endpoint for Echo {
    const CONTRACT: Contract = Contract::new(Accepts::Text).subprotocols(&["chat.v1"]);
    type Text = String;
    type Binary = Infallible;
    type Sends = Message;

    async fn on_text(&mut self, text: String, _: &Peer<Message>) -> Outcome {
        Outcome::send(text)
    }
}

/// What the server answers to these bytes and the end of the stream, once nothing of the connection is left.
async fn answer(bytes: &[u8]) -> Vec<u8> {
    let (ours, mut theirs) = tokio::io::duplex(64 * 1024);
    let shutdown = Shutdown::new();
    let service = crate::service(Echo).shutdown(&shutdown);
    let server = async {
        let service = service_fn(|request| service.clone().call(request));
        // An error is a request that is none; hyper has answered it.
        let _ = http1::Builder::new().serve_connection(TokioIo::new(ours), service).with_upgrades().await;
    };
    let client = async {
        let mut output = Vec::new();
        let _ = theirs.write_all(bytes).await;
        let _ = theirs.shutdown().await;
        theirs.read_to_end(&mut output).await.unwrap();
        output
    };
    let ((), output) = tokio::join!(server, client);
    drop(theirs);
    shutdown.begin();
    shutdown.finished().await;
    output
}

/// The body of the target: what a client writes.
pub(super) fn upgrade(bytes: &[u8]) {
    let output = block_on(answer(bytes));
    if output.is_empty() {
        return;
    }
    let end = output.windows(4).position(|window| window == b"\r\n\r\n").expect("a whole head");
    let head = std::str::from_utf8(&output[..end]).expect("a head in ASCII");
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.")?.get(2..5)?.parse::<u16>().ok());
    assert!(status.is_some_and(|status| status == 101 || (400..600).contains(&status)), "{head}");
    assert!(lines.all(|line| line.split_once(": ").is_some_and(|(name, _)| !name.is_empty())), "{head}");
    if status == Some(101) {
        assert!(bytes.len() > 100 && head.contains("\r\nsec-websocket-accept: "), "{head}");
    }
}
