//! A close is prompt, whoever asks for it and whatever is going on.

use std::time::Duration;

use sockpact::{Cause, CloseCode, Config, Peer, Server, endpoint};
use sockpact_tests::{Ending, RawPeer, binary, close, text};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

use crate::support::{Count, Echo, ended, request, serve};

/// Sends everybody away.
#[derive(Clone, Default)]
struct Guarded {
    handled: Count,
}

#[endpoint(text)]
impl Guarded {
    #[on(open)]
    async fn opened(&mut self, peer: &Peer) {
        peer.close(CloseCode::new(4401).unwrap(), "sign in first");
    }

    #[on(text)]
    async fn text(&mut self, _: String) {
        self.handled.add();
    }
}

#[tokio::test]
async fn a_message_behind_the_handshake_is_not_handled_when_the_endpoint_closes_at_once() {
    let guarded = Guarded::default();
    let handled = guarded.handled.clone();
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(guarded));
    let mut peer = RawPeer::new(TcpStream::connect(address).await.unwrap());
    peer.send(&[request(address), text("delete everything").repeat(3)].concat()).await;
    assert!(peer.read_head().await.starts_with("HTTP/1.1 101 "));
    assert_eq!(peer.expect_close().await, 4401);
    assert_eq!(handled.get(), 0);
}

/// Closes at the first message, and may go on with it for ever.
#[derive(Default)]
struct Farewell {
    handled: Count,
}

#[endpoint(text)]
impl Farewell {
    #[on(text)]
    async fn text(&mut self, line: String, peer: &Peer) -> String {
        self.handled.add();
        peer.close(CloseCode::NORMAL_CLOSURE, "");
        if line == "for ever" {
            std::future::pending::<()>().await;
        }
        line
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_behind_a_close_by_the_endpoint_is_not_handled() {
    let farewell = Farewell::default();
    let handled = farewell.handled.clone();
    let (mut peer, _served) = serve(1 << 16, farewell, Config::default());
    peer.send(&text("bye").repeat(1000)).await;
    assert_eq!(peer.read_text().await, "bye");
    assert_eq!(peer.expect_close().await, 1000);
    assert_eq!(handled.get(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_closing_handshake_takes_its_time_with_handlers_included() {
    let (mut peer, served) = serve(1 << 16, Farewell::default(), Config::default().ping_interval(None));
    let begun = Instant::now();
    peer.send(&text("for ever")).await;
    let frame = peer.read_frame().await.unwrap();
    assert_eq!(frame.close(), Some((1000, String::new())));
    assert_eq!(begun.elapsed().as_secs(), 5, "half of it is for the handlers");
    // The peer never answers; then its socket lingers for 2 s.
    assert!(!ended(served).await.is_clean());
    assert_eq!(begun.elapsed().as_secs(), 12);
}

/// Answers with more than the peer takes, and closes from another task.
struct Reconsidered;

#[endpoint(text)]
impl Reconsidered {
    #[on(text)]
    async fn text(&mut self, _: String, peer: &Peer) -> String {
        let sender = peer.sender();
        tokio::spawn(async move {
            sleep(Duration::from_secs(1)).await;
            sender.close(CloseCode::NORMAL_CLOSURE, "");
        });
        "x".repeat(200_000)
    }
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_trickles_does_not_put_a_close_off() {
    let (mut peer, served) = serve(16, Reconsidered, Config::default().ping_interval(None));
    let begun = Instant::now();
    peer.send(&text("go")).await;
    tokio::spawn(async move {
        // Each byte is progress, so that no write is overdue.
        while peer.stream.read_u8().await.is_ok() {
            sleep(Duration::from_secs(9)).await;
        }
    });
    assert!(!ended(served).await.is_clean());
    assert_eq!(begun.elapsed().as_secs(), 11);
}

/// Works until the connection ends.
#[derive(Default)]
struct Subscription {
    handled: Count,
}

#[endpoint(text)]
impl Subscription {
    #[on(text)]
    async fn text(&mut self, _: String, peer: &Peer) {
        peer.closed().await;
        self.handled.add();
    }
}

#[tokio::test(start_paused = true)]
async fn a_close_behind_many_small_messages_is_noticed() {
    let subscription = Subscription::default();
    let handled = subscription.handled.clone();
    let (mut peer, served) = serve(1 << 16, subscription, Config::default());
    let begun = Instant::now();
    peer.send(&text("x").repeat(1000)).await;
    peer.send(&close(1000, "")).await;
    assert_eq!(peer.expect_close().await, 1000);
    assert_eq!((begun.elapsed().as_secs(), handled.get()), (0, 1000));
    drop(peer);
    assert_eq!(ended(served).await.cause(), &Cause::Peer);
}

#[tokio::test(start_paused = true)]
async fn a_blocked_uploader_gets_the_code() {
    let (mut peer, _served) = serve(32 * 1024, Echo, Config::default());
    // Not all of the replies fit into the stream, so that the Close cannot either.
    for _ in 0..4 {
        peer.send(&text([b'x'; 10_000])).await;
    }
    // It reads nothing before all of this is written.
    peer.send(&[binary(vec![0; 1 << 20]), text("more")].concat()).await;
    let (frames, ending) = peer.read_to_end().await;
    assert_eq!(frames.len(), 5, "four replies and the Close");
    assert_eq!(frames[4].close().map(|(code, _)| code), Some(1003));
    assert_eq!(ending, Ending::Fin);
}

/// Sends more than the peer takes, and ends by itself.
struct Overworked;

#[endpoint(text)]
impl Overworked {
    #[on(text)]
    async fn text(&mut self, how: String, peer: &Peer) -> Result<(), std::fmt::Error> {
        for _ in 0..2 {
            peer.send("x".repeat(100_000).into()).await.unwrap();
        }
        assert_ne!(how, "panic");
        Err(std::fmt::Error)
    }
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_trickles_does_not_put_an_end_by_a_handler_off() {
    for how in ["error", "panic"] {
        let (mut peer, served) = serve(16, Overworked, Config::default().ping_interval(None));
        let begun = Instant::now();
        peer.send(&text(how)).await;
        tokio::spawn(async move {
            while peer.stream.read_u8().await.is_ok() {
                sleep(Duration::from_secs(9)).await;
            }
        });
        assert!(!ended(served).await.is_clean());
        assert!(begun.elapsed().as_secs() <= 10, "{how}: {:?}", begun.elapsed());
    }
}

/// Closes twice.
struct Undecided;

#[endpoint(text)]
impl Undecided {
    #[on(text)]
    async fn text(&mut self, how: String, peer: &Peer) -> Result<(), std::fmt::Error> {
        peer.close(CloseCode::new(4001).unwrap(), "first");
        if how == "later" {
            sleep(Duration::from_secs(1)).await;
        }
        Err(std::fmt::Error)
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_close_wins_over_the_handlers_own_end() {
    for how in ["at once", "later"] {
        let (mut peer, _served) = serve(1024, Undecided, Config::default());
        peer.send(&text(how)).await;
        assert_eq!(peer.read_frame().await.unwrap().close(), Some((4001, "first".into())), "{how}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_uploads_behind_a_close_is_read_no_more_than_its_bytes() {
    const BYTES: usize = 1024 * 1024;
    let (mut peer, served) =
        serve(1 << 16, Farewell::default(), Config::default().linger_bytes(BYTES as u64));
    peer.send(&text("bye")).await;
    let upload = text([b'x'; 4096]);
    let mut sent = 0;
    while sent < 16 * BYTES && peer.try_send(&upload).await.is_ok() {
        sent += upload.len();
    }
    // And what was in the stream, and one read.
    assert!((BYTES..BYTES + (3 << 16)).contains(&sent), "{sent}");
    let closed = ended(served).await;
    assert_eq!((closed.code(), closed.is_clean()), (1000, false));
}

/// Closes, takes its time, and counts.
#[derive(Default)]
struct Leaving {
    handled: Count,
}

#[endpoint(text)]
impl Leaving {
    #[on(text)]
    async fn text(&mut self, _: String, peer: &Peer) {
        self.handled.add();
        peer.close(CloseCode::new(4001).unwrap(), "first");
        sleep(Duration::from_secs(3)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_close_by_a_handler_comes_before_what_was_read_and_not_decoded() {
    let leaving = Leaving::default();
    let handled = leaving.handled.clone();
    let (mut peer, served) = serve(1024, leaving, Config::default());
    peer.send(&[text("one"), text("two"), close(1000, "")].concat()).await;
    assert_eq!(peer.read_frame().await.unwrap().close(), Some((4001, "first".into())));
    drop(peer);
    assert_eq!((ended(served).await.code(), handled.get()), (4001, 1));
}
