//! An endpoint and a client for the tests of the ways in.

#![cfg_attr(not(all(feature = "axum", feature = "server")), allow(dead_code))]

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::{Accepts, Contract, Endpoint, Message, Outcome, Peer};

/// Answers every text with its name, and with what it knows of the handshake.
#[derive(Clone, Debug)]
pub(crate) struct Probe(pub(crate) &'static str);

impl Endpoint for Probe {
    const CONTRACT: Contract = Contract::new(Accepts::Text).subprotocols(&["chat.v1"]);
    type Text = String;
    type Binary = Infallible;
    type Sends = Message;

    async fn on_text(&mut self, text: String, peer: &Peer<Message>) -> Outcome {
        if text == "hang" {
            std::future::pending::<()>().await;
        }
        let known = if peer.address().is_some() { "known" } else { "unknown" };
        Outcome::send(format!(
            "{} {} {} {known} {text}",
            self.0,
            peer.uri().path(),
            peer.subprotocol().unwrap_or("-")
        ))
    }
}

/// The good head for a path, without its last empty line.
pub(crate) fn head(path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: server.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    )
}

/// A text frame as a client sends it, with a mask of zeros.
pub(crate) fn text_frame(text: &str) -> Vec<u8> {
    let mut frame = vec![0x81, 0x80 | u8::try_from(text.len()).unwrap(), 0, 0, 0, 0];
    frame.extend_from_slice(text.as_bytes());
    frame
}

/// A client that writes bytes and looks at bytes; whatever takes 10 s has failed.
#[derive(Debug)]
pub(crate) struct Client<Io>(pub(crate) Io);

impl Client<TcpStream> {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    /// Connects and asks for a path, and returns the head of the answer too.
    pub(crate) async fn open(address: SocketAddr, path: &str) -> (Self, String) {
        let mut client = Self::connect(address).await;
        client.send(&format!("{}\r\n", head(path))).await;
        let answer = client.head().await;
        (client, answer)
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Client<Io> {
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        within(self.0.write_all(bytes.as_ref())).await.unwrap();
        within(self.0.flush()).await.unwrap();
    }

    /// Reads the head of an answer.
    pub(crate) async fn head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(within(self.0.read_u8()).await.unwrap());
        }
        String::from_utf8(head).unwrap()
    }

    /// Reads to the end of the stream; an error is a RST.
    pub(crate) async fn rest(&mut self) -> io::Result<String> {
        let mut rest = Vec::new();
        within(self.0.read_to_end(&mut rest)).await?;
        Ok(String::from_utf8_lossy(&rest).into_owned())
    }

    /// Reads a short frame: its first byte and its payload.
    pub(crate) async fn frame(&mut self) -> (u8, Vec<u8>) {
        let first = within(self.0.read_u8()).await.unwrap();
        let length = within(self.0.read_u8()).await.unwrap();
        assert!(length < 126);
        let mut payload = vec![0; length.into()];
        within(self.0.read_exact(&mut payload)).await.unwrap();
        (first, payload)
    }

    /// Sends a text and returns the text that is the answer.
    pub(crate) async fn ask(&mut self, text: &str) -> String {
        self.send(text_frame(text)).await;
        self.answer().await
    }

    pub(crate) async fn answer(&mut self) -> String {
        let (first, payload) = self.frame().await;
        assert_eq!(first, 0x81, "{payload:?}");
        String::from_utf8(payload).unwrap()
    }

    /// Reads the Close, and returns its code.
    pub(crate) async fn close_code(&mut self) -> u16 {
        let (first, payload) = self.frame().await;
        assert_eq!(first, 0x88, "{payload:?}");
        u16::from_be_bytes([payload[0], payload[1]])
    }
}

/// Sends a head and then 8 MiB, and only then looks at the answer: it has to be whole, and its end a FIN.
pub(crate) async fn refused_while_sending(address: SocketAddr, head: &[u8]) -> String {
    let mut client = Client::connect(address).await;
    client.send(head).await;
    let upload = vec![b'x'; 64 * 1024];
    for _ in 0..128 {
        client.send(&upload).await;
    }
    // What a stack without Linux' kindness would do: an RST discards what was not read yet.
    tokio::time::sleep(Duration::from_millis(50)).await;
    client.send(&upload).await;
    client.rest().await.expect("a RST")
}

pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    timeout(Duration::from_secs(10), future).await.expect("it takes too long")
}
