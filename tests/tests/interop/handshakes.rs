//! The opening handshake: subprotocols, frames right behind it, and streams that tokio-tungstenite accepted.

use futures_util::SinkExt;
use sockpact::{Closed, Config, serve_stream};
use sockpact_tests::text;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::{Error, ProtocolError, SubProtocolError};
use tokio_tungstenite::tungstenite::protocol::{Message, Role};
use tokio_tungstenite::{WebSocketStream, accept_async, client_async, connect_async};

use super::service::{Service, echo};
use super::{next, within};

#[tokio::test]
async fn the_servers_order_decides_on_the_subprotocol() {
    let service = Service::start().await;
    for (offer, agreed) in
        [(Some("chat.v1, chat.v2"), Some("chat.v2")), (Some("other, chat.v1"), Some("chat.v1")), (None, None)]
    {
        let mut request = format!("ws://{}/witness", service.address).into_client_request().unwrap();
        if let Some(offer) = offer {
            request.headers_mut().insert("sec-websocket-protocol", offer.parse().unwrap());
        }
        let (mut client, response) = within(connect_async(request)).await.unwrap();
        let header = response.headers().get("sec-websocket-protocol");
        assert_eq!(header.map(|value| value.to_str().unwrap()), agreed, "{offer:?}");
        within(client.send(Message::text("?"))).await.unwrap();
        let told = Message::text(agreed.unwrap_or("none"));
        assert_eq!(next(&mut client).await, Some(told), "{offer:?}");
    }
    // None is agreed on, and so a client that insists on its own goes away (RFC 6455, section 4.1, item 6).
    let mut request = format!("ws://{}/witness", service.address).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "other, CHAT.V1".parse().unwrap());
    let refused = within(connect_async(request)).await.expect_err("nothing in common");
    let none = ProtocolError::SecWebSocketSubProtocolError(SubProtocolError::NoSubProtocol);
    assert!(matches!(refused, Error::Protocol(error) if error == none));
}

/// An opening handshake with messages right behind it, all in one write.
fn glued(address: &str, path: &str, messages: &[&str]) -> Vec<u8> {
    let mut bytes = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    .into_bytes();
    bytes.extend(messages.iter().flat_map(text));
    bytes
}

#[tokio::test]
async fn messages_in_one_write_with_the_handshake_are_answered() {
    let service = Service::start().await;
    let large = "large ".repeat(20_000);
    let mut stream = TcpStream::connect(service.address).await.unwrap();
    let bytes = glued(&service.address.to_string(), "/echo", &["one", &large, "two"]);
    within(stream.write_all(&bytes)).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(within(stream.read_u8()).await.unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
    let mut client = WebSocketStream::from_raw_socket(stream, Role::Client, None).await;
    for expected in ["one", &large, "two"] {
        assert!(next(&mut client).await == Some(Message::text(expected)), "{} bytes", expected.len());
    }
    within(client.send(Message::text("three"))).await.unwrap();
    assert_eq!(next(&mut client).await, Some(Message::text("three")));
}

/// Accepts with tokio-tungstenite, waits, and then hands the stream over.
async fn hand_over(stream: DuplexStream, go: oneshot::Receiver<()>) -> Closed {
    let accepted = accept_async(stream).await.unwrap();
    go.await.unwrap();
    serve_stream(accepted.into_inner(), echo, Config::default()).await
}

#[tokio::test]
async fn a_stream_that_was_accepted_can_be_handed_over() {
    let (ours, theirs) = duplex(1 << 16);
    let (go, wait) = oneshot::channel();
    let served = tokio::spawn(hand_over(ours, wait));
    let (mut client, _) = within(client_async("ws://server.test/", theirs)).await.unwrap();
    // It is on its way before anybody serves it.
    within(client.send(Message::text("early"))).await.unwrap();
    go.send(()).unwrap();
    assert_eq!(next(&mut client).await, Some(Message::text("early")));
    within(client.send(Message::binary(vec![7; 70_000]))).await.unwrap();
    assert_eq!(next(&mut client).await, Some(Message::binary(vec![7; 70_000])));
    within(client.close(None)).await.unwrap();
    assert_eq!(next(&mut client).await, Some(Message::Close(None)));
    assert_eq!(next(&mut client).await, None);
    drop(client);
    assert!(within(served).await.unwrap().is_clean());
}

/// What `serve_stream` says of a stream that was accepted holds because of this: what came with the handshake is
/// refused, and never lost without a word.
#[tokio::test]
async fn tokio_tungstenite_itself_takes_nothing_behind_the_handshake() {
    let (ours, mut theirs) = duplex(1 << 16);
    within(theirs.write_all(&glued("server.test", "/", &["glued"]))).await.unwrap();
    let refused = within(accept_async(ours)).await.expect_err("it has read a frame");
    assert!(matches!(refused, Error::Protocol(ProtocolError::JunkAfterRequest)), "{refused}");
}
