//! Under `axum::serve`, over HTTP/1.1 and HTTP/2.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{any, get};
use http::{Method, Request, StatusCode, Version};
use hyper::client::conn::http2::{self, SendRequest};
use hyper::ext::Protocol;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::service::testing::{Client, Probe, head, refused_while_sending, within};
use crate::{Origins, ResponseBody, service};

async fn room(upgrade: Upgrade, Path(room): Path<String>, State(name): State<&'static str>) -> Response {
    assert!(upgrade.uri().path().ends_with(&room));
    assert_eq!(upgrade.headers()["sec-websocket-version"], "13");
    let config = Config::default().origins(Origins::any_of(["https://good.test"]).unwrap());
    upgrade.config(config).serve(Probe(name))
}

async fn serve() -> SocketAddr {
    let app = Router::new()
        .route("/rooms/{room}", any(room))
        .route("/get/{room}", get(room))
        .route_service("/service", service(Probe("service")))
        .with_state("extracted");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

#[tokio::test]
async fn an_extractor_and_a_service_over_http1() {
    let address = serve().await;
    for (path, expected) in [
        ("/rooms/7", "extracted /rooms/7 - known hi"),
        ("/get/7", "extracted /get/7 - known hi"),
        ("/service", "service /service - known hi"),
    ] {
        let (mut client, answer) = Client::open(address, path).await;
        assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
        assert_eq!(client.ask("hi").await, expected);
    }
}

#[tokio::test]
async fn what_opens_no_websocket_is_refused_before_the_handler() {
    let address = serve().await;
    for path in ["/rooms/7", "/service"] {
        let mut client = Client::connect(address).await;
        client.send(format!("GET {path} HTTP/1.1\r\nHost: server.test\r\n\r\n")).await;
        let answer = client.rest().await.unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 426 ") && answer.contains("\r\nupgrade: websocket\r\n"),
            "{answer}"
        );
        assert!(answer.contains("\r\n\r\nthis is a WebSocket endpoint: "), "{answer}");
    }
}

#[tokio::test]
async fn the_origin_is_judged_by_the_handlers_configuration() {
    let address = serve().await;
    for (origin, status) in [("https://good.test", 101), ("https://server.test", 403), ("null", 403)] {
        let mut client = Client::connect(address).await;
        client.send(format!("{}Origin: {origin}\r\n\r\n", head("/rooms/7"))).await;
        let answer = client.head().await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{origin}: {answer}");
    }
}

#[tokio::test]
async fn a_refused_upgrade_reaches_a_client_that_still_sends() {
    let address = serve().await;
    let cases = [
        ("Sec-WebSocket-Version: 8\r\n", "400"),
        ("Origin: http://elsewhere.test\r\n", "403"),
        ("Content-Length: 8454144\r\n", "400"),
    ];
    for path in ["/rooms/7", "/service"] {
        for (more, status) in cases {
            let head = format!("{}{more}\r\n", head(path));
            let answer = refused_while_sending(address, head.as_bytes()).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{head}: {answer}");
        }
    }
}

#[tokio::test]
async fn no_endpoint_is_made_for_who_may_not_connect() {
    let made = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&made);
    let app = Router::new().route(
        "/",
        any(async move |upgrade: Upgrade| {
            upgrade.serve(move || {
                count.fetch_add(1, Ordering::SeqCst);
                Probe("made")
            })
        }),
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    for (origin, status, makes) in [("http://elsewhere.test", 403, 0), ("http://server.test", 101, 1)] {
        let mut client = Client::connect(address).await;
        client.send(format!("{}Origin: {origin}\r\n\r\n", head("/"))).await;
        let answer = client.head().await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{origin}: {answer}");
        assert_eq!(made.load(Ordering::SeqCst), makes, "{origin}");
    }
}

async fn http2(address: SocketAddr) -> SendRequest<ResponseBody> {
    let stream = TcpStream::connect(address).await.unwrap();
    let (sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    // The server's settings have to be in before an extended CONNECT may be sent (RFC 8441, section 3).
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    sender
}

fn connect(address: SocketAddr, path: &str, protocol: &'static str) -> http::request::Builder {
    Request::builder()
        .method(Method::CONNECT)
        .version(Version::HTTP_2)
        .uri(format!("http://{address}{path}"))
        .header("sec-websocket-version", "13")
        .extension(Protocol::from_static(protocol))
}

#[tokio::test]
async fn an_extractor_and_a_service_over_http2() {
    let address = serve().await;
    let mut sender = http2(address).await;
    for (path, expected) in [
        ("/rooms/7", "extracted /rooms/7 chat.v1 unknown hi"),
        ("/service", "service /service chat.v1 unknown hi"),
    ] {
        let request = connect(address, path, "websocket").header("sec-websocket-protocol", "chat.v1, x");
        let mut answer =
            within(sender.send_request(request.body(ResponseBody::default()).unwrap())).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["sec-websocket-protocol"], "chat.v1");
        assert!(!answer.headers().contains_key("sec-websocket-accept"));
        let mut client = Client(TokioIo::new(within(hyper::upgrade::on(&mut answer)).await.unwrap()));
        assert_eq!(client.ask("hi").await, expected);
        client.send([0x82, 0x80, 0, 0, 0, 0]).await;
        assert_eq!(client.close_code().await, 1003);
    }
}

#[tokio::test]
async fn what_opens_no_websocket_over_http2_is_refused() {
    let address = serve().await;
    let mut sender = http2(address).await;
    let plain = Request::get(format!("http://{address}/service")).version(Version::HTTP_2);
    let cases = [
        (plain, 405),
        (connect(address, "/service", "connect-udp"), 501),
        (connect(address, "/service", "websocket").header("origin", "https://other.test"), 403),
        (connect(address, "/service", "websocket").header("origin", format!("http://{address}")), 200),
        (connect(address, "/service", "websocket").header("sec-websocket-version", "8"), 400),
    ];
    for (request, status) in cases {
        let request = request.body(ResponseBody::from(String::new())).unwrap();
        let answer = within(sender.send_request(request)).await.unwrap();
        assert_eq!(answer.status(), status);
        assert!(!answer.headers().contains_key("connection"));
    }
}

#[tokio::test]
async fn a_shutdown_and_an_address_can_be_given() {
    let shutdown = Shutdown::new();
    let given = shutdown.clone();
    let app = Router::new().route(
        "/",
        any(async move |upgrade: Upgrade| {
            upgrade.shutdown(&given).with_address(([192, 0, 2, 1], 7).into()).serve(Probe("probe"))
        }),
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    let (mut client, _) = Client::open(address, "/").await;
    assert_eq!(client.ask("hi").await, "probe / - known hi");
    shutdown.begin();
    assert_eq!(client.close_code().await, 1001);
    drop(client);
    within(shutdown.finished()).await;
    let refusal = Refusal::new(StatusCode::FORBIDDEN, "no").into_response();
    assert_eq!(refusal.status(), 403);
}
