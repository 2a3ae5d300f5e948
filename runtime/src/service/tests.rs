//! The service by itself, and in hyper's hands.

use std::io;

use http::Version;
use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, LINK, WWW_AUTHENTICATE};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, duplex};
use tokio::net::{TcpListener, TcpStream};
use tower_service::Service as _;

use super::testing::{Client, Probe, head, text_frame, within};
use super::*;
use crate::Origins;

/// The head as hyper would give it, but without hyper's handle on the stream.
fn request(change: impl FnOnce(http::request::Builder) -> http::request::Builder) -> Request<()> {
    let good = Request::get("/chat")
        .header("host", "server.test")
        .header("upgrade", "websocket")
        .header("connection", "Upgrade")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .header("sec-websocket-version", "13");
    change(good).body(()).unwrap()
}

/// Serves one connection by hyper, as a plain HTTP/1.1 server or as `axum::serve` does.
fn spawn<M: MakeEndpoint>(
    io: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    service: Service<M>,
    automatic: bool,
) {
    let (io, service) = (TokioIo::new(io), TowerToHyperService::new(service));
    tokio::spawn(async move {
        if automatic {
            let builder = auto::Builder::new(TokioExecutor::new());
            builder.serve_connection_with_upgrades(io, service).await.unwrap();
        } else {
            http1::Builder::new().serve_connection(io, service).with_upgrades().await.unwrap();
        }
    });
}

fn connect<M: MakeEndpoint>(service: Service<M>) -> Client<DuplexStream> {
    let (ours, theirs) = duplex(4096);
    spawn(theirs, service, false);
    Client(ours)
}

#[tokio::test]
async fn a_request_that_opens_no_websocket_is_answered() {
    let mut service = service(Probe("probe"));
    let answer = service.call(Request::get("/").header("host", "a").body(()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::UPGRADE_REQUIRED);
    let answer = service.call(request(|good| good.header("origin", "https://other.test"))).await.unwrap();
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR, "nobody has the stream");
}

#[tokio::test]
async fn a_connection_is_opened_over_any_stream() {
    for automatic in [false, true] {
        let (ours, theirs) = duplex(4096);
        spawn(theirs, service(Probe("probe")), automatic);
        let mut client = Client(ours);
        client.send(format!("{}Sec-WebSocket-Protocol: other, chat.v1\r\n\r\n", head("/chat?x=1"))).await;
        let answer = client.head().await.to_ascii_lowercase();
        assert!(answer.starts_with("http/1.1 101 "), "{answer}");
        assert!(answer.contains("\r\nsec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"), "{answer}");
        assert!(answer.contains("\r\nsec-websocket-protocol: chat.v1\r\n"), "{answer}");
        assert!(answer.contains("\r\nconnection: upgrade\r\n") && !answer.contains("close"), "{answer}");
        assert_eq!(client.ask("hi").await, "probe /chat chat.v1 unknown hi");
    }
}

#[tokio::test]
async fn a_socket_is_taken_out_of_hyper() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    for automatic in [false, true] {
        let mut client = Client(TcpStream::connect(listener.local_addr().unwrap()).await.unwrap());
        spawn(listener.accept().await.unwrap().0, service(Probe("probe")), automatic);
        // Frames that arrive glued to the handshake are input like any other.
        let mut bytes = format!("{}\r\n", head("/")).into_bytes();
        bytes.extend(text_frame("glued"));
        client.send(bytes).await;
        assert!(client.head().await.starts_with("HTTP/1.1 101 "));
        assert_eq!(client.answer().await, "probe / - known glued", "only a socket knows its address");
        assert_eq!(client.ask("more").await, "probe / - known more");
    }
}

#[tokio::test]
async fn a_small_message_does_not_wait_for_the_one_before_to_be_acknowledged() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    for automatic in [false, true] {
        let mut client = Client(TcpStream::connect(listener.local_addr().unwrap()).await.unwrap());
        let socket = listener.accept().await.unwrap().0.into_std().unwrap();
        let same = socket.try_clone().unwrap();
        assert!(!same.nodelay().unwrap(), "the server in front leaves the default");
        spawn(TcpStream::from_std(socket).unwrap(), service(Probe("probe")), automatic);
        client.send(format!("{}\r\n", head("/"))).await;
        client.head().await;
        client.ask("hi").await;
        assert!(same.nodelay().unwrap());
    }
}

#[tokio::test]
async fn frames_behind_the_handshake_are_not_lost_over_another_stream() {
    let mut client = connect(service(Probe("probe")));
    let mut bytes = format!("{}\r\n", head("/")).into_bytes();
    bytes.extend(text_frame("glued"));
    client.send(bytes).await;
    assert!(client.head().await.starts_with("HTTP/1.1 101 "));
    assert_eq!(client.answer().await, "probe / - unknown glued");
}

#[tokio::test]
async fn the_configuration_decides_who_may_connect() {
    let origin = format!("{}Origin: https://other.test\r\n\r\n", head("/"));
    let mut client = connect(service(Probe("probe")));
    client.send(&origin).await;
    let answer = client.rest().await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 403 ") && answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\npages of this origin may not connect here\n"), "{answer}");

    let config = Config::default().origins(Origins::any_of(["https://other.test"]).unwrap());
    let mut client = connect(service(Probe("probe")).config(config));
    client.send(&origin).await;
    assert!(client.head().await.starts_with("HTTP/1.1 101 "));
}

#[tokio::test]
async fn a_connection_is_made_from_its_handshake_or_refused() {
    async fn make(handshake: Handshake) -> Result<Probe, Refusal> {
        assert_eq!(handshake.subprotocol(), Some("chat.v1"), "already agreed on");
        let token = handshake.headers().get("authorization").ok_or_else(|| {
            Refusal::new(StatusCode::UNAUTHORIZED, "sign in first")
                .header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
        })?;
        let token = token.to_str().map_err(Refusal::internal)?;
        if token == "nobody" { Err(StatusCode::FORBIDDEN.into()) } else { Ok(Probe("made")) }
    }
    let open = async |header: &[u8]| {
        let mut client = connect(service_with(make));
        client
            .send([head("/").as_bytes(), b"Sec-WebSocket-Protocol: chat.v1\r\n", header, b"\r\n"].concat())
            .await;
        client
    };
    let answer = open(b"").await.rest().await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 401 ") && answer.contains("\r\nwww-authenticate: Bearer\r\n"),
        "{answer}"
    );
    assert!(
        answer.contains("\r\nconnection: close\r\n") && answer.ends_with("\r\n\r\nsign in first\n"),
        "{answer}"
    );
    let answer = open(b"Authorization: nobody\r\n").await.rest().await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 403 ") && answer.ends_with("\r\n\r\nForbidden\n"), "{answer}");
    let answer = open(b"Authorization: \xff\r\n").await.rest().await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 500 ") && answer.ends_with("\r\n\r\nInternal Server Error\n"),
        "{answer}"
    );
    let mut client = open(b"Authorization: somebody\r\n").await;
    assert!(client.head().await.starts_with("HTTP/1.1 101 "));
    assert_eq!(client.ask("hi").await, "made / chat.v1 unknown hi");
}

#[tokio::test]
async fn what_a_layer_leaves_beside_the_request_reaches_the_endpoint() {
    #[derive(Clone)]
    struct User(&'static str);
    // An endpoint without a `Result` will do, too.
    let made =
        service_with(async |handshake: Handshake| Probe(handshake.extensions().get::<User>().unwrap().0));
    let (ours, theirs) = duplex(4096);
    let layered = hyper::service::service_fn(move |mut request: Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(User("alice"));
        made.clone().call(request)
    });
    tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(theirs), layered).with_upgrades());
    let mut client = Client(ours);
    client.send(format!("{}\r\n", head("/"))).await;
    assert!(client.head().await.starts_with("HTTP/1.1 101 "));
    assert_eq!(client.ask("hi").await, "alice / - unknown hi");
}

#[tokio::test]
async fn a_shutdown_closes_what_is_open_and_refuses_what_comes() {
    let shutdown = Shutdown::new();
    let probe = service(Probe("probe")).shutdown(&shutdown);
    let mut client = connect(probe.clone());
    client.send(format!("{}\r\n", head("/"))).await;
    assert!(client.head().await.starts_with("HTTP/1.1 101 "));
    client.ask("hi").await;

    shutdown.begin();
    assert_eq!(client.close_code().await, 1001);
    let mut late = connect(probe);
    late.send(format!("{}\r\n", head("/"))).await;
    assert!(late.head().await.starts_with("HTTP/1.1 503 "));
    drop(client);
    within(shutdown.finished()).await;
}

#[tokio::test]
async fn a_client_that_leaves_before_the_answer_is_not_waited_for() {
    let shutdown = Shutdown::new();
    let slow = service_with(async |_: Handshake| {
        tokio::time::sleep(std::time::Duration::from_secs(3600)).await;
        Probe("late")
    });
    let client = {
        let mut client = connect(slow.shutdown(&shutdown));
        client.send(format!("{}\r\n", head("/"))).await;
        client
    };
    drop(client);
    shutdown.begin();
    within(shutdown.finished()).await;
}

#[tokio::test]
async fn a_panic_is_a_refusal() {
    let at_once = |handshake: Handshake| -> std::future::Ready<Probe> {
        panic!("the test's own: {}", handshake.uri());
    };
    let later = async |_: Handshake| -> Probe {
        tokio::task::yield_now().await;
        panic!("the test's own");
    };
    for mut client in [connect(service_with(at_once)), connect(service_with(later))] {
        client.send(format!("{}\r\n", head("/"))).await;
        let answer = client.rest().await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
        assert!(answer.ends_with("\r\n\r\nInternal Server Error\n"), "{answer}");
    }
}

#[test]
fn a_refusal_is_never_an_acceptance() {
    for status in [100, 101, 200, 204] {
        let refusal = Refusal::new(StatusCode::from_u16(status).unwrap(), "");
        assert_eq!(refusal.status(), StatusCode::INTERNAL_SERVER_ERROR, "{status}");
        assert_eq!(Refusal::from(StatusCode::from_u16(status).unwrap()).status(), 500, "{status}");
    }
    assert_eq!(Refusal::new(StatusCode::FOUND, "").status(), StatusCode::FOUND, "a redirect is one");
    let over_http2 = Refusal::new(StatusCode::FORBIDDEN, "no").response(Version::HTTP_2);
    assert!(!over_http2.headers().contains_key(CONNECTION));
}

#[test]
fn a_header_of_a_refusal_takes_the_place_of_its_default() {
    let json = HeaderValue::from_static("application/problem+json");
    let hints = ["</a>; rel=help", "</b>; rel=help"];
    let refusal = hints.iter().fold(
        Refusal::new(StatusCode::FORBIDDEN, "{}").header(CONTENT_TYPE, json.clone()),
        |refusal, hint| refusal.header(LINK, HeaderValue::from_static(hint)),
    );
    let answer = refusal
        .header(CONNECTION, HeaderValue::from_static("x"))
        .header(CONTENT_LENGTH, HeaderValue::from_static("7"))
        .response(Version::HTTP_11);
    let values = |name| answer.headers().get_all(name).iter().collect::<Vec<_>>();
    assert_eq!(values(CONTENT_TYPE), [&json]);
    assert_eq!(values(LINK), hints, "two of one name are kept");
    assert_eq!(values(CONNECTION), ["close", "x"], "what follows must not be read as a request");
    assert_eq!(values(CONTENT_LENGTH), [] as [&str; 0], "it is the text's, which hyper knows");
}

#[test]
fn a_service_is_what_axum_and_tower_ask_for() {
    fn check<S>(_: &S)
    where
        S: tower_service::Service<Request<String>, Error = Infallible, Future: Send>
            + Clone
            + Send
            + Sync
            + 'static,
    {
    }
    check(&service(Probe("probe")));
    check(&service_with(async |_: Handshake| Err::<Probe, _>(Refusal::internal(io::Error::other("x")))));
}
