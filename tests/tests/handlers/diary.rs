//! One endpoint that notes what happens to it, through each kind of reply and of end.

use std::io::ErrorKind;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sockpact::{
    Bytes, Cause, CloseCode, CloseReason, Closed, Config, Lost, Peer, Violation, endpoint, serve_stream,
};
use sockpact_tests::{Ending, binary, close, ping, text};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::{Side, ended, serve_with};

/// What an endpoint did, for the test to read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn note(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

#[derive(Clone, Default)]
struct Diary {
    log: Log,
}

#[derive(Debug, CloseReason)]
enum Refused {
    #[close(4007, "not this one")]
    NotThisOne,
}

#[derive(Debug)]
struct Internal;

#[endpoint(text, binary)]
impl Diary {
    #[on(open)]
    async fn opened(&mut self, peer: &Peer) -> &'static str {
        self.log.note("open");
        peer.send("before".into()).await.unwrap();
        "welcome"
    }

    #[on(text)]
    async fn text(&mut self, line: String, peer: &Peer) -> Result<Option<String>, Refused> {
        self.log.note(format!("text {line}"));
        match line.as_str() {
            "sleep" => tokio::time::sleep(Duration::from_millis(200)).await,
            "for ever" => std::future::pending().await,
            "panic" => panic!("as asked"),
            "refuse" => return Err(Refused::NotThisOne),
            "close" => peer.close(CloseCode::NORMAL_CLOSURE, "as asked"),
            "until closed" => {
                peer.closed().await;
                self.log.note("noticed");
            }
            "nothing" => return Ok(None),
            _ => {}
        }
        Ok(Some(line))
    }

    #[on(binary)]
    async fn binary(&mut self, bytes: Bytes) -> Result<Vec<Vec<u8>>, Internal> {
        self.log.note(format!("binary {}", bytes.len()));
        if bytes.is_empty() { Err(Internal) } else { Ok(bytes.iter().map(|byte| vec![*byte]).collect()) }
    }

    #[on(close)]
    async fn closed(&mut self, closed: &Closed) {
        self.log.note(format!("close {}", closed.code()));
    }
}

async fn diary() -> (Side, JoinHandle<Closed>, Log) {
    diary_with(Config::default()).await
}

async fn diary_with(config: Config) -> (Side, JoinHandle<Closed>, Log) {
    let diary = Diary::default();
    let log = diary.log.clone();
    let (mut peer, served) = serve_with(diary, config);
    assert_eq!(peer.read_text().await, "before");
    assert_eq!(peer.read_text().await, "welcome");
    (peer, served, log)
}

#[tokio::test]
async fn replies_may_be_none_one_or_several() {
    let (mut peer, served, log) = diary().await;
    peer.send(&[text("nothing"), text("one"), binary([1, 2, 3])].concat()).await;
    assert_eq!(peer.read_text().await, "one");
    for byte in [1, 2, 3] {
        assert_eq!(peer.read_frame().await.unwrap().payload, [byte]);
    }
    peer.send(&close(1000, "")).await;
    assert_eq!(peer.expect_close().await, 1000);
    ended(peer, served).await;
    assert_eq!(log.lines(), ["open", "text nothing", "text one", "binary 3", "close 1000"]);
}

#[tokio::test]
async fn a_ping_is_answered_while_a_handler_waits() {
    let (mut peer, _served, _) = diary().await;
    peer.send(&[text("sleep"), text("after"), ping("now")].concat()).await;
    let pong = peer.read_frame().await.unwrap();
    assert_eq!((pong.opcode, pong.payload.as_slice()), (10, b"now".as_slice()));
    assert_eq!(peer.read_text().await, "sleep");
    assert_eq!(peer.read_text().await, "after");
}

#[tokio::test]
async fn a_reply_does_not_wait_for_the_next_handler() {
    let (mut peer, _served, _) = diary().await;
    peer.send(&[text("first"), text("for ever")].concat()).await;
    assert_eq!(peer.read_text().await, "first");
}

#[tokio::test]
async fn a_handler_notices_a_close_and_its_reply_still_goes_out() {
    let (mut peer, served, log) = diary().await;
    peer.send(&[text("until closed"), close(1001, "")].concat()).await;
    assert_eq!(peer.read_text().await, "until closed");
    assert_eq!(peer.expect_close().await, 1001);
    assert!(ended(peer, served).await.is_clean());
    assert_eq!(log.lines(), ["open", "text until closed", "noticed", "close 1001"]);
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_never_ends_is_abandoned_after_the_close() {
    let (mut peer, served, log) = diary().await;
    peer.send(&[text("for ever"), close(1000, "")].concat()).await;
    let begun = tokio::time::Instant::now();
    assert_eq!(peer.expect_close().await, 1000);
    // Half of the closing handshake's 10 s.
    assert_eq!(begun.elapsed().as_secs(), 5);
    ended(peer, served).await;
    assert_eq!(log.lines(), ["open", "text for ever", "close 1000"]);
}

#[tokio::test]
async fn a_violation_behind_a_waiting_handler_comes_after_its_reply() {
    let (mut peer, served, log) = diary().await;
    peer.send(&[text("sleep"), text("next"), text(b"\xff")].concat()).await;
    assert_eq!(peer.read_text().await, "sleep");
    assert_eq!(peer.read_text().await, "next");
    assert_eq!(peer.expect_close().await, 1007);
    assert_eq!(ended(peer, served).await.cause(), &Cause::Violation(Violation::InvalidUtf8));
    assert_eq!(log.lines(), ["open", "text sleep", "text next", "close 1007"]);
}

#[tokio::test]
async fn an_error_closes_with_its_own_code() {
    let (mut peer, served, log) = diary().await;
    peer.send(&[text("refuse"), text("never handled")].concat()).await;
    let (frames, ending) = peer.read_to_end().await;
    assert_eq!(frames[0].close(), Some((4007, "not this one".into())));
    assert_eq!((frames.len(), ending), (1, Ending::Fin));
    let closed = ended(peer, served).await;
    assert_eq!((closed.code(), closed.cause()), (4007, &Cause::Endpoint));
    assert_eq!(log.lines(), ["open", "text refuse", "close 4007"]);
}

#[tokio::test]
async fn an_error_without_a_code_closes_with_1011() {
    let (mut peer, served, _) = diary().await;
    peer.send(&binary([])).await;
    assert_eq!(peer.expect_close().await, 1011);
    assert_eq!(ended(peer, served).await.cause(), &Cause::Violation(Violation::HandlerError));
}

#[tokio::test]
async fn a_panic_closes_with_1011_and_the_close_handler_runs() {
    let (mut peer, served, log) = diary().await;
    peer.send(&[text("panic"), text("never handled")].concat()).await;
    let (frames, _) = peer.read_to_end().await;
    assert_eq!(frames[0].close(), Some((1011, "internal error".into())));
    assert_eq!(ended(peer, served).await.cause(), &Cause::Violation(Violation::HandlerPanic));
    assert_eq!(log.lines(), ["open", "text panic", "close 1011"]);
}

#[tokio::test]
async fn a_handler_can_close_behind_its_reply() {
    let (mut peer, served, _) = diary().await;
    peer.send(&text("close")).await;
    assert_eq!(peer.read_text().await, "close");
    let frame = peer.read_frame().await.unwrap();
    assert_eq!(frame.close(), Some((1000, "as asked".into())));
    peer.send(&close(1000, "")).await;
    assert_eq!(peer.read_frame().await, Err(Ending::Fin));
    let closed = ended(peer, served).await;
    assert_eq!((closed.code(), closed.is_clean(), closed.cause()), (1000, true, &Cause::Endpoint));
}

#[tokio::test]
async fn a_reset_is_told_from_the_end_of_the_stream() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    for lost in [Lost::EndOfStream, Lost::Io(ErrorKind::ConnectionReset)] {
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (served, _) = listener.accept().await.unwrap();
        if lost == Lost::EndOfStream {
            client.shutdown().await.unwrap();
        } else {
            client.set_zero_linger().unwrap();
            drop(client);
        }
        let closed = serve_stream(served, Diary::default(), Config::default()).await;
        assert_eq!(closed.cause(), &Cause::Lost(lost));
    }
}

#[tokio::test]
async fn the_end_of_the_stream_is_unclean_and_what_came_before_is_handled() {
    let (mut peer, served, log) = diary().await;
    peer.send(&text("last words")).await;
    let closed = ended(peer, served).await;
    // The reply to them finds nobody.
    let lost = Cause::Lost(Lost::Io(ErrorKind::BrokenPipe));
    assert_eq!((closed.code(), closed.is_clean(), closed.cause()), (1006, false, &lost));
    assert_eq!(log.lines(), ["open", "text last words", "close 1006"]);
}
