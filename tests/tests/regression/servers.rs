//! A server ends in its time, tells everybody, and leaves nothing behind.

use std::future::pending;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use sockpact::{
    CloseCode, Closed, Config, Handshake, Peer, Server, Shutdown, endpoint, service, service_with,
};
use sockpact_tests::{RawPeer, close, text};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};

use crate::support::{Count, Echo, comes, request, serve_until, violation};

/// Far more than any of this takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Never ends with a message that asks for that, and counts its ends.
#[derive(Clone, Default)]
struct Stuck {
    handled: Count,
    closed: Count,
}

#[endpoint(text)]
impl Stuck {
    #[on(text)]
    async fn text(&mut self, line: String) -> String {
        self.handled.add();
        if line == "for ever" {
            pending::<()>().await;
        }
        line
    }

    #[on(close)]
    async fn closed(&mut self) {
        self.closed.add();
    }
}

/// Ends a server whose ten clients have sent this and do not answer a Close.
async fn end_beside(line: &str, config: Config) {
    let stuck = Stuck::default();
    let (handled, closed) = (stuck.handled.clone(), stuck.closed.clone());
    let (address, end, run) = serve_until(stuck, config).await;
    let mut peers = Vec::new();
    for _ in 0..10 {
        let mut peer = RawPeer::connect(address, "/").await;
        peer.send(&text(line)).await;
        peers.push(peer);
    }
    let all_handled = async {
        while handled.get() < 10 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, all_handled).await.expect("handled");
    drop(end);
    timeout(PATIENCE, run).await.expect("an end").unwrap().unwrap();
    assert_eq!(closed.get(), 10, "{line}");
    for mut peer in peers {
        let (frames, _) = peer.read_to_end().await;
        let close = frames.last().and_then(|frame| frame.close());
        assert_eq!(close.map(|(code, _)| code), Some(1001), "{line}");
    }
}

#[tokio::test]
async fn close_handlers_run_at_the_end_of_a_server_that_waits_long_enough() {
    let config = Config::default()
        .closing_handshake(Duration::from_millis(200))
        .linger_silence(Duration::from_millis(100))
        .shutdown(Duration::from_secs(10));
    end_beside("x", config.clone()).await;
    end_beside("for ever", config).await;
}

#[tokio::test]
async fn close_handlers_run_at_the_end_of_a_server_that_cannot_wait() {
    // With the same time for both, the connections that wait for their peers are dropped.
    let config =
        Config::default().closing_handshake(Duration::from_millis(200)).shutdown(Duration::from_millis(200));
    end_beside("x", config.clone()).await;
    end_beside("for ever", config.clone()).await;
    end_beside("for ever", config.shutdown(Duration::ZERO)).await;
}

/// Tells how its connection ended.
#[derive(Clone)]
struct Told(mpsc::UnboundedSender<Closed>);

#[endpoint(text)]
impl Told {
    #[on(text)]
    async fn text(&mut self, _: String) {}

    #[on(close)]
    async fn closed(&mut self, closed: &Closed) {
        self.0.send(closed.clone()).unwrap();
    }
}

#[tokio::test]
async fn a_connection_that_is_abandoned_at_its_end_is_reported_as_it_ended() {
    let (tell, mut told) = mpsc::unbounded_channel();
    let config = Config::default().shutdown(Duration::ZERO);
    let (address, end, run) = serve_until(Told(tell), config).await;
    for (sent, code) in [(violation(), 1003), (close(4000, "done"), 4000)] {
        let mut peer = RawPeer::connect(address, "/").await;
        peer.send(&sent).await;
        // Not up to FIN, before which the server waits for a lull.
        let frame = peer.read_frame().await.unwrap();
        assert_eq!(frame.close().map(|(code, _)| code), Some(code));
        // It says nothing more, and does not go: the server waits for it.
        tokio::spawn(async move {
            pending::<()>().await;
            drop(peer);
        });
    }
    drop(end);
    timeout(PATIENCE, run).await.expect("an end").unwrap().unwrap();
    let mut codes = [told.recv().await.unwrap().code(), told.recv().await.unwrap().code()];
    codes.sort_unstable();
    assert_eq!(codes, [1003, 4000]);
}

/// Never comes to the end of its close handler.
#[derive(Clone)]
struct Clinging;

#[endpoint(text)]
impl Clinging {
    #[on(text)]
    async fn text(&mut self, _: String) {}

    #[on(close)]
    async fn closed(&mut self) {
        pending::<()>().await;
    }
}

#[tokio::test]
async fn a_close_handler_that_never_ends_gives_its_place_back() {
    let config = Config::default().max_connections(1).closing_handshake(Duration::from_millis(200));
    let server = Server::bind("127.0.0.1:0").await.unwrap().config(config);
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(Clinging));
    let mut peer = RawPeer::connect(address, "/").await;
    peer.send(&close(1000, "")).await;
    assert_eq!(peer.expect_close().await, 1000);
    drop(peer);
    timeout(PATIENCE, RawPeer::connect(address, "/")).await.expect("a place");
}

#[tokio::test]
async fn an_endpoint_that_is_not_ready_in_time_is_answered_with_503() {
    let config = Config::default().handshake(Duration::from_millis(200));
    let server = Server::bind("127.0.0.1:0").await.unwrap().config(config);
    let address = server.local_addr().unwrap();
    let slow = service_with(|_: Handshake| async {
        pending::<()>().await;
        Echo
    });
    tokio::spawn(server.serve_service(slow));
    let mut peer = RawPeer::new(TcpStream::connect(address).await.unwrap());
    let begun = Instant::now();
    peer.send(&request(address)).await;
    let mut answer = String::new();
    peer.stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer:?}");
    assert!(begun.elapsed() >= Duration::from_millis(200));
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_behind_hyper_does_not_wait_for_a_peer_that_takes_no_answer() {
    for version in ["8", "13"] {
        let shutdown = Shutdown::new();
        let (ours, mut theirs) = duplex(64);
        let echo = TowerToHyperService::new(service(Echo).shutdown(&shutdown));
        let connection = http1::Builder::new().serve_connection(TokioIo::new(ours), echo).with_upgrades();
        tokio::spawn(connection);
        let request = String::from_utf8(request(([127, 0, 0, 1], 80).into())).unwrap();
        let request = request.replace("Version: 13", &format!("Version: {version}"));
        theirs.write_all(request.as_bytes()).await.unwrap();
        // It is answered before the shutdown begins.
        sleep(Duration::from_secs(1)).await;
        shutdown.begin();
        let begun = Instant::now();
        comes(shutdown.finished()).await;
        assert!(begun.elapsed() <= Duration::from_secs(10), "{version}: {:?}", begun.elapsed());
    }
}

/// Closes before anything is read.
#[derive(Clone)]
struct Closer;

#[endpoint(text)]
impl Closer {
    #[on(open)]
    async fn opened(&mut self, peer: &Peer) {
        peer.close(CloseCode::NORMAL_CLOSURE, "not today");
    }

    #[on(text)]
    async fn text(&mut self, _: String) {}
}

#[tokio::test]
async fn a_connection_that_was_closed_as_it_opened_ends_when_it_is_abandoned() {
    let config = Config::default().shutdown(Duration::from_millis(50));
    let (address, end, run) = serve_until(Closer, config).await;
    let mut peer = RawPeer::connect(address, "/").await;
    let frame = peer.read_frame().await.unwrap();
    assert_eq!(frame.close().map(|(code, _)| code), Some(1000));
    // Up to FIN, behind which nothing but the peer's own Close is waited for.
    assert_eq!(peer.stream.read(&mut [0]).await.unwrap(), 0);
    drop(end);
    // Long before the peer's own Close is due.
    timeout(Duration::from_secs(2), run).await.expect("an end").unwrap().unwrap();
    drop(peer);
}
