//! Code of a user may panic anywhere; the peer learns it, and the connection ends as any other.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use sockpact::{
    Cause, Config, DecodeError, EncodeError, FromText, IntoMessage, Invalid, Message, Server, Verdict,
    Violation, endpoint, serve_stream,
};
use sockpact_tests::{RawPeer, close, text};
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf, duplex, join};
use tokio::net::TcpStream;

use crate::support::{Count, ended, request, serve, serve_until, violation};

/// Decodes from nothing.
struct Never;

impl FromText for Never {
    fn from_text(_: &str) -> Result<Self, DecodeError> {
        Err(DecodeError::new("never"))
    }
}

/// Panics when it is encoded.
struct Unsendable;

impl IntoMessage for Unsendable {
    fn into_message(self) -> Result<Message, EncodeError> {
        panic!("as asked")
    }
}

#[derive(Default)]
struct BadVerdict {
    closed: Count,
}

#[endpoint(text, sends = Unsendable)]
impl BadVerdict {
    #[on(text)]
    async fn text(&mut self, _: Never) {}

    #[on(invalid)]
    async fn invalid(&mut self, _: Invalid<'_>) -> Verdict<Unsendable> {
        Verdict::Reply(Unsendable)
    }

    #[on(close)]
    async fn closed(&mut self) {
        self.closed.add();
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_while_a_verdict_is_encoded_is_1011() {
    let endpoint = BadVerdict::default();
    let closed = endpoint.closed.clone();
    let (mut peer, served) = serve(1 << 16, endpoint, Config::default());
    peer.send(&text("x")).await;
    assert_eq!(peer.expect_close().await, 1011);
    drop(peer);
    assert_eq!(ended(served).await.cause(), &Cause::Violation(Violation::HandlerPanic));
    assert_eq!(closed.get(), 1);
}

/// Reads, once, to memory of its own in place of what it was lent.
struct Foreign {
    len: usize,
    done: bool,
}

impl AsyncRead for Foreign {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !std::mem::replace(&mut self.done, true) {
            *buf = ReadBuf::new(vec![0x81; self.len].leak());
            buf.set_filled(self.len);
        }
        Poll::Ready(Ok(()))
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_reads_to_memory_of_its_own_is_1011_and_no_input() {
    for len in [10, 200_000] {
        let endpoint = BadVerdict::default();
        let closed = endpoint.closed.clone();
        let (ours, theirs) = duplex(1024);
        let stream = join(Foreign { len, done: false }, ours);
        let served = tokio::spawn(serve_stream(stream, endpoint, Config::default()));
        assert_eq!(RawPeer::new(theirs).expect_close().await, 1011);
        assert_eq!(ended(served).await.cause(), &Cause::Violation(Violation::HandlerPanic));
        assert_eq!(closed.get(), 1);
    }
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("as asked");
        }
    }
}

/// Holds a value that panics when the endpoint is dropped.
struct BadEnd {
    _bomb: Bomb,
}

#[endpoint(text)]
impl BadEnd {
    #[on(text)]
    async fn text(&mut self, _: String) {}
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_panics_when_dropped_costs_nobody_the_close() {
    let (mut peer, served) = serve(1 << 16, BadEnd { _bomb: Bomb }, Config::default());
    peer.send(&violation()).await;
    tokio::task::yield_now().await;
    // The socket lingers, so that it is no error to go on sending.
    peer.send(b"more").await;
    assert_eq!(peer.expect_close().await, 1003);
    drop(peer);
    assert_eq!(ended(served).await.code(), 1003);
}

/// Has a handler that never ends, whose locals panic when it is dropped.
#[derive(Clone, Default)]
struct BadLocals {
    begun: Count,
    closed: Count,
}

#[endpoint(text)]
impl BadLocals {
    #[on(text)]
    async fn text(&mut self, _: String) {
        self.begun.add();
        let _bomb = Bomb;
        std::future::pending::<()>().await;
    }

    #[on(close)]
    async fn closed(&mut self) {
        self.closed.add();
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_whose_locals_panic_when_dropped_is_abandoned_like_any_other() {
    let endpoint = BadLocals::default();
    let closed = endpoint.closed.clone();
    let (mut peer, served) = serve(1 << 16, endpoint, Config::default());
    peer.send(&[text("x"), close(1000, "")].concat()).await;
    assert_eq!(peer.expect_close().await, 1000);
    drop(peer);
    assert_eq!(ended(served).await.cause(), &Cause::Peer);
    assert_eq!(closed.get(), 1);
}

#[tokio::test]
async fn a_handler_whose_locals_panic_when_dropped_keeps_its_close_handler_at_the_end_of_a_server() {
    let endpoint = BadLocals::default();
    let (begun, closed) = (endpoint.begun.clone(), endpoint.closed.clone());
    let config = Config::default().shutdown(Duration::from_millis(50));
    let (address, end, run) = serve_until(endpoint, config).await;
    let mut peer = RawPeer::connect(address, "/").await;
    peer.send(&text("x")).await;
    while begun.get() == 0 {
        tokio::task::yield_now().await;
    }
    drop(end);
    run.await.unwrap().unwrap();
    assert_eq!(closed.get(), 1);
}

/// Has a close handler that never ends, whose locals panic when it is dropped.
struct BadClose;

#[endpoint(text)]
impl BadClose {
    #[on(text)]
    async fn text(&mut self, _: String) {}

    #[on(close)]
    async fn closed(&mut self) {
        let _bomb = Bomb;
        std::future::pending::<()>().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_close_handler_whose_locals_panic_when_dropped_is_abandoned_like_any_other() {
    let (mut peer, served) = serve(1 << 16, BadClose, Config::default());
    peer.send(&close(1000, "")).await;
    assert_eq!(peer.expect_close().await, 1000);
    assert_eq!(ended(served).await.cause(), &Cause::Peer);
}

/// Counts its clones, and panics instead where that is asked for.
struct BadClone {
    clones: Count,
    panic: Arc<AtomicBool>,
}

impl Clone for BadClone {
    fn clone(&self) -> Self {
        assert!(!self.panic.load(Ordering::SeqCst), "as asked");
        self.clones.add();
        Self { clones: self.clones.clone(), panic: Arc::clone(&self.panic) }
    }
}

#[endpoint(text)]
impl BadClone {
    #[on(text)]
    async fn text(&mut self, line: String) -> String {
        line
    }
}

#[tokio::test]
async fn a_clone_that_panics_is_answered_with_500() {
    let endpoint = BadClone { clones: Count::default(), panic: Arc::default() };
    let (clones, panic) = (endpoint.clones.clone(), Arc::clone(&endpoint.panic));
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(endpoint));

    let _first = RawPeer::connect(address, "/").await;
    let before = clones.get();
    let _second = RawPeer::connect(address, "/").await;
    assert_eq!(clones.get() - before, 1, "one clone for each connection");

    panic.store(true, Ordering::SeqCst);
    let mut peer = RawPeer::new(TcpStream::connect(address).await.unwrap());
    peer.send(&request(address)).await;
    let mut answer = String::new();
    peer.stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");

    panic.store(false, Ordering::SeqCst);
    let mut peer = RawPeer::connect(address, "/").await;
    peer.send(&text("it goes on")).await;
    assert_eq!(peer.read_text().await, "it goes on");
}

/// Panics whenever it is read.
struct Cursed<Io>(Io);

impl<Io: Unpin> AsyncRead for Cursed<Io> {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        panic!("as asked")
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_panics_again_at_the_end_keeps_its_close_handler() {
    let endpoint = BadVerdict::default();
    let closed = endpoint.closed.clone();
    let (ours, _theirs) = duplex(1024);
    let (read, write) = tokio::io::split(ours);
    let stream = join(Cursed(read), write);
    let served = tokio::spawn(serve_stream(stream, endpoint, Config::default()));
    assert_eq!(ended(served).await.cause(), &Cause::Violation(Violation::HandlerPanic));
    assert_eq!(closed.get(), 1);
}
