//! Whole servers, seen by clients over real sockets.

mod end;

use std::time::{Duration, Instant};

use http::StatusCode;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;
use crate::service::testing::{Client, Probe, head, refused_while_sending, text_frame, within};
use crate::{Handshake, Refusal, service_with};

/// A server that runs until it is told to end.
struct Running {
    address: SocketAddr,
    end: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
}

impl Running {
    async fn end(self) {
        self.end.send(()).unwrap();
        within(self.task).await.unwrap().unwrap();
    }
}

async fn start(config: Config) -> Running {
    let server = Server::bind("127.0.0.1:0").await.unwrap().config(config);
    let address = server.local_addr().unwrap();
    let (end, ended) = oneshot::channel();
    let server = server.route("/one", Probe("one")).route("/two", Probe("two")).until(async move {
        let _ = ended.await;
    });
    Running { address, end, task: tokio::spawn(server.run()) }
}

#[tokio::test]
async fn each_path_has_its_endpoint() {
    let server = start(Config::default()).await;
    for (path, expected) in [("/one", "one /one - known hi"), ("/two?x", "two /two - known hi")] {
        let (mut client, answer) = Client::open(server.address, path).await;
        assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
        assert_eq!(client.ask("hi").await, expected);
    }
    for path in ["/", "/one/", "/ONE", "/%6fne", "/three"] {
        let mut client = Client::connect(server.address).await;
        client.send(format!("{}\r\n", head(path))).await;
        let answer = client.rest().await.unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 404 ") && answer.contains("\r\nconnection: close\r\n"),
            "{answer}"
        );
        assert!(answer.ends_with("\r\n\r\nthere is no WebSocket endpoint at this path\n"), "{answer}");
    }
    server.end().await;
}

#[tokio::test]
async fn one_endpoint_can_have_every_other_path() {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    let made = service_with(async |handshake: Handshake| {
        assert!(handshake.address().is_some());
        let allowed = handshake.uri().path() != "/no";
        allowed.then_some(Probe("other")).ok_or(Refusal::from(StatusCode::FORBIDDEN))
    });
    tokio::spawn(server.route("/one", Probe("one")).serve_service(made));
    for (path, expected) in [("/one", "one /one - known hi"), ("/x/y", "other /x/y - known hi")] {
        let (mut client, _) = Client::open(address, path).await;
        assert_eq!(client.ask("hi").await, expected);
    }
    let (_, answer) = Client::open(address, "/no").await;
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
}

#[tokio::test]
async fn frames_behind_the_handshake_are_input() {
    let server = start(Config::default()).await;
    let mut client = Client::connect(server.address).await;
    let mut bytes = format!("{}\r\n", head("/one")).into_bytes();
    bytes.extend(text_frame("glued"));
    client.send(bytes).await;
    assert!(client.head().await.starts_with("HTTP/1.1 101 "));
    assert_eq!(client.answer().await, "one /one - known glued");
    drop(client);
    server.end().await;
}

#[tokio::test]
async fn a_refusal_reaches_a_client_that_still_sends() {
    let server = start(Config::default()).await;
    let upload = "POST /one HTTP/1.1\r\nHost: a\r\nContent-Length: 8454144\r\n\r\n";
    let cases: &[(&[u8], &str, &str)] = &[
        (upload.as_bytes(), "405", "a WebSocket opens with GET"),
        (b"GET /one HTTP/1.1\r\nHost: a\r\n\r\n", "426", "this is a WebSocket endpoint"),
        (b"GET /one HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "400", "no body"),
        (b"GET /none HTTP/1.1\r\nHost: a\r\n\r\n", "404", "no WebSocket endpoint"),
        // These hyper refuses by itself.
        (b"GET /one HTTP/1.1\r\nHost : a\r\n\r\n", "400", ""),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "400", ""),
        (b"GET /one HTTP/1.1\r\nHost: a\r\nX: ", "431", ""),
    ];
    for (head, status, text) in cases {
        let answer = refused_while_sending(server.address, head).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{}: {answer}", head.escape_ascii());
        assert!(answer.contains(text), "{answer}");
        assert!(answer.contains("close\r\n"), "{answer}");
    }
    server.end().await;
}

#[tokio::test]
async fn a_refused_upgrade_reaches_a_client_that_still_sends() {
    let server = start(Config::default()).await;
    // hyper hands the stream of such a request over as if it were accepted.
    let cases = [
        ("/one", "Sec-WebSocket-Version: 8\r\n", "400"),
        ("/one", "Origin: http://elsewhere.test\r\n", "403"),
        ("/one", "Content-Length: 8454144\r\n", "400"),
        ("/none", "", "404"),
    ];
    for (path, more, status) in cases {
        let head = format!("{}{more}\r\n", head(path));
        let answer = refused_while_sending(server.address, head.as_bytes()).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{head}: {answer}");
        assert!(answer.contains("close\r\n"), "{answer}");
    }
    server.end().await;
}

#[tokio::test]
async fn what_follows_a_refusal_is_not_read_as_a_request() {
    let server = start(Config::default()).await;
    let mut client = Client::connect(server.address).await;
    client.send("GET /none HTTP/1.1\r\nHost: a\r\n\r\nGET /none HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let answers = client.rest().await.unwrap();
    assert_eq!(answers.matches("HTTP/1.1").count(), 1, "{answers}");
    server.end().await;
}

#[tokio::test]
async fn a_head_has_limits() {
    let server = start(Config::default()).await;
    let base = head("/one");
    let count = base.lines().count() - 1;
    let headers = |more: usize| format!("{base}{}\r\n", "X: y\r\n".repeat(more));
    let long = |total: usize| format!("{base}X: {}\r\n\r\n", "y".repeat(total - base.len() - 7));
    let cases = [
        (headers(64 - count), "101"),
        (headers(65 - count), "431"),
        (long(16 * 1024 - 1), "101"),
        (long(16 * 1024 + 1), "431"),
    ];
    for (request, status) in cases {
        let mut client = Client::connect(server.address).await;
        client.send(&request).await;
        let answer = client.head().await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{}: {answer}", request.len());
    }
    server.end().await;
}

#[tokio::test]
async fn a_handshake_has_a_deadline() {
    let server = start(Config::default().handshake(Duration::from_millis(200))).await;
    let mut slow = Client::connect(server.address).await;
    let begun = Instant::now();
    slow.send("GET /one HT").await;
    let answer = slow.rest().await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("connection: close"), "{answer}");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{answer}");
    assert!((150..2000).contains(&begun.elapsed().as_millis()));

    let mut silent = Client::connect(server.address).await;
    assert_eq!(silent.rest().await.unwrap(), "");

    let (mut open, _) = Client::open(server.address, "/one").await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(open.ask("hi").await, "one /one - known hi", "an open connection has no such deadline");
    drop(open);
    server.end().await;
}

#[tokio::test]
async fn beyond_the_limit_nobody_is_accepted_until_one_ends() {
    let server = start(Config::default().max_connections(1)).await;
    let (mut first, _) = Client::open(server.address, "/one").await;
    let mut second = Client::connect(server.address).await;
    second.send(format!("{}\r\n", head("/two"))).await;
    let early = timeout(Duration::from_millis(200), second.head()).await;
    assert!(early.is_err(), "{early:?}");
    assert_eq!(first.ask("hi").await, "one /one - known hi");
    drop(first);
    assert!(second.head().await.ends_with("\r\n\r\n"));
    assert_eq!(second.ask("hi").await, "two /two - known hi");
    drop(second);
    server.end().await;
}

#[tokio::test]
async fn a_listener_of_ones_own_is_served() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = Server::from_listener(listener);
    assert_eq!(server.local_addr().unwrap(), address);
    tokio::spawn(server.serve(Probe("own")));
    let (mut client, _) = Client::open(address, "/any").await;
    assert_eq!(client.ask("hi").await, "own /any - known hi");
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let server = start(Config::default()).await;
    let error = Server::bind(server.address).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    let text = error.to_string();
    assert!(text.starts_with(&format!("cannot listen on {}: ", server.address)), "{text}");
    assert_eq!(text.lines().count(), 1);
    let text = Server::bind("no such host:80").await.unwrap_err().to_string();
    assert!(text.starts_with("cannot resolve the address to listen on: "), "{text}");
    server.end().await;
}
