//! Under `axum::serve`: the extractor beside axum's own and the service, over HTTP/1.1 and over HTTP/2.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{Method, Request, StatusCode, Version};
use axum::response::Response;
use axum::routing::any;
use hyper::client::conn::http2::{self, SendRequest};
use hyper::ext::Protocol;
use hyper::upgrade::Upgraded;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde::Deserialize;
use sockpact::{Refusal, Text, Upgrade, endpoint};
use sockpact_tests::{Ending, RawPeer, binary, close, header, masked, ping, text};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// The path of the extractor and that of the service; both answer text alone.
const PATHS: [&str; 2] = ["/rooms/lobby?name=ann", "/echo"];

#[endpoint(text)]
async fn echo(message: Text) -> Text {
    message
}

/// One person in one room. It cannot be cloned: a handler makes one for its connection.
struct Chat {
    room: String,
    name: String,
    said: Arc<AtomicUsize>,
}

#[endpoint(text)]
impl Chat {
    #[on(text)]
    async fn say(&mut self, line: String) -> String {
        let said = self.said.fetch_add(1, Ordering::Relaxed) + 1;
        format!("{} in {}, message {said}: {line}", self.name, self.room)
    }
}

#[derive(Deserialize)]
struct Person {
    name: String,
}

async fn enter(
    upgrade: Upgrade,
    Path(room): Path<String>,
    Query(person): Query<Person>,
    State(said): State<Arc<AtomicUsize>>,
) -> Response {
    let chat = Chat { room, name: person.name, said };
    upgrade.serve(move || chat)
}

async fn refuse(upgrade: Upgrade) -> Response {
    upgrade.refuse(Refusal::new(StatusCode::UNAUTHORIZED, "sign in first"))
}

async fn serve() -> SocketAddr {
    let app = Router::new()
        .route("/rooms/{room}", any(enter))
        .route("/private", any(refuse))
        .route_service("/echo", sockpact::service(echo))
        .with_state(Arc::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// What takes longer has failed.
async fn within<F: Future>(future: F) -> F::Output {
    timeout(Duration::from_secs(20), future).await.expect("it takes too long")
}

/// An opening handshake, with a line or two more.
fn opening(address: SocketAddr, path: &str, more: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n"
    )
}

/// The whole answer to a request that is refused: the connection ends behind it.
async fn refusal(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    within(stream.read_to_string(&mut answer)).await.unwrap();
    answer
}

#[tokio::test]
async fn an_endpoint_is_made_of_what_axum_extracts() {
    let address = serve().await;
    let mut ann = RawPeer::connect(address, "/rooms/lobby?name=ann").await;
    let mut bob = RawPeer::connect(address, "/rooms/caf%C3%A9?name=bob%20b").await;
    ann.send(&text("hello")).await;
    assert_eq!(ann.read_text().await, "ann in lobby, message 1: hello");
    bob.send(&text("hi")).await;
    assert_eq!(bob.read_text().await, "bob b in café, message 2: hi");
    ann.send(&close(1000, "")).await;
    assert_eq!(ann.expect_close().await, 1000);
}

#[tokio::test]
async fn a_service_stands_on_a_route_and_takes_what_comes_with_the_handshake() {
    let address = serve().await;
    for path in PATHS {
        let mut peer = RawPeer::new(TcpStream::connect(address).await.unwrap());
        peer.send(&[opening(address, path, "").into_bytes(), text("glued")].concat()).await;
        assert!(peer.read_head().await.starts_with("HTTP/1.1 101 "));
        assert!(peer.read_text().await.ends_with("glued"), "{path}");
        let large = "large".repeat(180_000);
        peer.send(&text(&large)).await;
        assert!(peer.read_text().await.ends_with(&large), "{path}");
    }
}

#[tokio::test]
async fn what_is_no_handshake_gets_help() {
    let address = serve().await;
    for path in PATHS {
        let plain = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n");
        let answer = refusal(address, &plain).await;
        assert!(answer.starts_with("HTTP/1.1 426 "), "{answer}");
        assert!(answer.contains("\r\nsec-websocket-version: 13\r\n"), "{answer}");
        let help = "\r\n\r\nthis is a WebSocket endpoint: connect to it with a WebSocket client";
        assert!(answer.contains(help), "{answer}");
        let post = format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\n\r\n");
        assert!(refusal(address, &post).await.starts_with("HTTP/1.1 405 "));
    }
    // What the other extractors miss they refuse themselves; the connection stays.
    let mut peer = RawPeer::new(TcpStream::connect(address).await.unwrap());
    peer.send(opening(address, "/rooms/lobby", "").as_bytes()).await;
    assert!(peer.read_head().await.starts_with("HTTP/1.1 400 "), "the name is missing");
}

#[tokio::test]
async fn the_origin_is_this_host_or_refused() {
    let address = serve().await;
    for path in PATHS {
        let foreign = opening(address, path, "Origin: https://elsewhere.test\r\n");
        let answer = refusal(address, &foreign).await;
        assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
        assert!(answer.ends_with("\r\n\r\npages of this origin may not connect here\n"), "{answer}");
        let mut peer = RawPeer::new(TcpStream::connect(address).await.unwrap());
        peer.send(opening(address, path, &format!("Origin: http://{address}\r\n")).as_bytes()).await;
        assert!(peer.read_head().await.starts_with("HTTP/1.1 101 "));
        peer.send(&text("hello")).await;
        assert!(peer.read_text().await.ends_with("hello"));
    }
}

#[tokio::test]
async fn a_handler_that_refuses_ends_the_connection_and_reads_nothing_behind_it() {
    let address = serve().await;
    let glued = opening(address, "/private", "") + &opening(address, PATHS[1], "");
    let answer = refusal(address, &glued).await;
    assert!(answer.starts_with("HTTP/1.1 401 ") && answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nsign in first\n"), "{answer}");

    // A client that is still sending gets it too.
    let mut peer = RawPeer::new(TcpStream::connect(address).await.unwrap());
    peer.send(&[opening(address, "/private", "").into_bytes(), text("x".repeat(1 << 20))].concat()).await;
    assert!(peer.read_head().await.starts_with("HTTP/1.1 401 "));

    let mut sender = http2(address).await;
    let request = extended_connect(address, "/private").body(Body::empty()).unwrap();
    assert_eq!(within(sender.send_request(request)).await.unwrap().status(), 401);
    open(&mut sender, address, PATHS[1]).await;
}

/// Sends a message, then 8 MiB in a message of the wrong kind; the code arrives behind the reply, and then FIN.
async fn refuse_an_upload<S: AsyncRead + AsyncWrite + Unpin>(mut peer: RawPeer<S>, path: &str) {
    peer.send(&text("before")).await;
    peer.send(&header(0x82, 8 << 20)).await;
    let chunk = masked(&[7; 65536]);
    for sent in 0..(8 << 20) / chunk.len() {
        peer.try_send(&chunk).await.unwrap_or_else(|error| panic!("{path}, {sent} chunks: {error}"));
    }
    let (frames, ending) = peer.read_to_end().await;
    assert_eq!(frames.iter().map(|frame| frame.opcode).collect::<Vec<_>>(), [1, 8], "{path}");
    assert_eq!(frames[1].close(), Some((1003, "expected text, got binary".to_owned())), "{path}");
    assert_eq!(ending, Ending::Fin, "{path}");
}

#[tokio::test]
async fn a_client_that_is_still_uploading_gets_1003() {
    let address = serve().await;
    for path in PATHS {
        refuse_an_upload(RawPeer::connect(address, path).await, path).await;
    }
}

/// An HTTP/2 connection on cleartext, by prior knowledge.
async fn http2(address: SocketAddr) -> SendRequest<Body> {
    let stream = TcpStream::connect(address).await.unwrap();
    let (sender, connection) =
        within(http2::handshake(TokioExecutor::new(), TokioIo::new(stream))).await.unwrap();
    // The server's settings have to be in before the first CONNECT (RFC 8441, section 3); the executor reads them.
    within(async {
        while !connection.is_extended_connect_protocol_enabled() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    tokio::spawn(connection);
    sender
}

fn extended_connect(address: SocketAddr, path: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(Method::CONNECT)
        .version(Version::HTTP_2)
        .uri(format!("http://{address}{path}"))
        .header("sec-websocket-version", "13")
        .extension(Protocol::from_static("websocket"))
}

/// Opens a WebSocket on a stream of this HTTP/2 connection.
async fn open(sender: &mut SendRequest<Body>, address: SocketAddr, path: &str) -> RawPeer<TokioIo<Upgraded>> {
    let request = extended_connect(address, path).body(Body::empty()).unwrap();
    let mut answer = within(sender.send_request(request)).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.version(), Version::HTTP_2);
    assert!(!answer.headers().contains_key("sec-websocket-accept"));
    RawPeer::new(TokioIo::new(within(hyper::upgrade::on(&mut answer)).await.unwrap()))
}

#[tokio::test]
async fn sockets_share_one_http2_connection() {
    let address = serve().await;
    let mut sender = http2(address).await;
    let mut chat = open(&mut sender, address, PATHS[0]).await;
    let mut echo = open(&mut sender, address, PATHS[1]).await;
    chat.send(&text("one")).await;
    echo.send(&[text("two"), ping("now")].concat()).await;
    assert_eq!(echo.read_text().await, "two");
    assert_eq!(echo.read_frame().await.unwrap().payload, b"now");
    assert_eq!(chat.read_text().await, "ann in lobby, message 1: one");
    // More than the windows of HTTP/2 hold.
    let large = "large".repeat(180_000);
    echo.send(&text(&large)).await;
    assert!(echo.read_text().await == large);

    // The end of one is not that of the other, nor of the connection.
    echo.send(&close(4000, "done")).await;
    let (frames, ending) = echo.read_to_end().await;
    assert_eq!(frames.len(), 1);
    assert_eq!((frames[0].close(), ending), (Some((4000, String::new())), Ending::Fin));
    chat.send(&text("three")).await;
    assert_eq!(chat.read_text().await, "ann in lobby, message 2: three");
    chat.send(&binary([])).await;
    assert_eq!(chat.expect_close().await, 1003);
    open(&mut sender, address, PATHS[0]).await;
}

#[tokio::test]
async fn a_client_that_is_still_uploading_gets_1003_over_http2() {
    let address = serve().await;
    let mut sender = http2(address).await;
    for path in PATHS {
        let peer = open(&mut sender, address, path).await;
        refuse_an_upload(peer, path).await;
    }
}

#[tokio::test]
async fn what_is_no_handshake_is_refused_over_http2() {
    let address = serve().await;
    let mut sender = http2(address).await;
    for path in PATHS {
        let plain = Request::get(format!("http://{address}{path}")).version(Version::HTTP_2);
        let foreign = extended_connect(address, path).header("origin", "https://elsewhere.test");
        for (request, status) in [(plain, 405), (foreign, 403)] {
            let request = request.body(Body::empty()).unwrap();
            assert_eq!(within(sender.send_request(request)).await.unwrap().status(), status, "{path}");
        }
    }
}
