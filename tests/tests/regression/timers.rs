//! The one timer of a connection fires for each of its deadlines, whatever moved the others meanwhile.

use std::time::Duration;

use sockpact::{Cause, Config, Peer, Violation, endpoint};
use sockpact_tests::{binary, frame, header, ping, text};
use tokio::time::{Instant, sleep, timeout};

use crate::support::{Count, Echo, comes, ended, serve};

const PING: u8 = 9;
const PONG: u8 = 10;

/// Keeps nothing.
struct Sink;

#[endpoint(binary)]
impl Sink {
    #[on(binary)]
    async fn binary(&mut self, _: Vec<u8>) {}
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_used_up_its_budget_leaves_no_timer_without_a_waker() {
    // Each takes two reads, so that the first turn of the task ends by its budget and not by an empty stream.
    let (mut peer, served) = serve(16 << 20, Sink, Config::default());
    peer.send(&binary([0; 100_000]).repeat(90)).await;
    let begun = Instant::now();
    let frame = timeout(Duration::from_secs(300), peer.read_frame()).await.expect("a ping").unwrap();
    assert_eq!((frame.opcode, begun.elapsed().as_secs()), (PING, 20));
    assert_eq!(ended(served).await.code(), 1006);
    assert_eq!(begun.elapsed().as_secs(), 40);
}

#[tokio::test(start_paused = true)]
async fn a_peer_is_pinged_in_its_time_although_its_pong_had_longer() {
    let config =
        Config::default().ping_interval(Some(Duration::from_secs(10))).pong_deadline(Duration::from_secs(60));
    let (mut peer, _served) = serve(1024, Echo, config);
    let begun = Instant::now();
    for round in 1..=10 {
        assert_eq!(peer.read_frame().await.unwrap().opcode, PING);
        assert_eq!(begun.elapsed().as_secs(), 10 * round);
        peer.send(&frame(0x80 | PONG, b"")).await;
    }
}

#[tokio::test(start_paused = true)]
async fn control_frames_are_not_saved_up_over_a_time_in_which_all_was_read() {
    let (mut peer, served) = serve(1 << 20, Sink, Config::default());
    for _ in 0..240 {
        sleep(Duration::from_secs(15)).await;
        peer.send(&binary([])).await;
    }
    // More than one turn handles, so that reading pauses.
    peer.send(&binary([]).repeat(300)).await;
    sleep(Duration::from_secs(1)).await;
    peer.send(&ping("").repeat(200)).await;
    comes(async { while peer.read_frame().await.is_ok_and(|frame| frame.opcode == PONG) {} }).await;
    assert_eq!(ended(served).await.cause(), &Cause::Violation(Violation::ControlFlood));
}

/// Sends more than the stream takes, every ten seconds.
struct Ticker;

#[endpoint(text)]
impl Ticker {
    #[on(open)]
    async fn opened(&mut self, peer: &Peer) {
        let sender = peer.sender();
        tokio::spawn(async move {
            while sender.send("x".repeat(200_000).into()).await.is_ok() {
                sleep(Duration::from_secs(10)).await;
            }
        });
    }

    #[on(text)]
    async fn text(&mut self, _: String) {}
}

#[tokio::test(start_paused = true)]
async fn pauses_in_reading_do_not_give_a_message_all_of_its_time_again() {
    let (mut peer, served) = serve(1 << 16, Ticker, Config::default().ping_interval(None));
    let begun = Instant::now();
    peer.send(&header(0x81, 1000)).await;
    let closed = comes(async {
        loop {
            // For this second nothing is read of it: it writes no more, and reads no more then.
            sleep(Duration::from_secs(1)).await;
            let frame = peer.read_frame().await.unwrap();
            if let Some((code, _)) = frame.close() {
                return code;
            }
        }
    });
    assert_eq!(closed.await, 1008);
    // 30 s, and a second for each of four pauses.
    assert!((30..=35).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
    drop(peer);
    assert_eq!(ended(served).await.cause(), &Cause::Violation(Violation::MessageTimeout));
}

/// Works for as long as it is told to, in seconds.
#[derive(Default)]
struct Report {
    done: Count,
}

#[endpoint(text)]
impl Report {
    #[on(text)]
    async fn text(&mut self, seconds: String) -> String {
        sleep(Duration::from_secs(seconds.parse().unwrap())).await;
        self.done.add();
        seconds
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_whose_handler_works_is_not_idle() {
    let report = Report::default();
    let done = report.done.clone();
    let config = Config::default().ping_interval(None).idle_timeout(Some(Duration::from_secs(60)));
    let (mut peer, served) = serve(1024, report, config);
    let begun = Instant::now();
    peer.send(&[text("90"), text("150")].concat()).await;
    sleep(Duration::from_secs(239)).await;
    assert_eq!((peer.read_text().await.as_str(), done.get()), ("90", 1));
    assert_eq!((peer.read_text().await.as_str(), done.get()), ("150", 2));
    assert_eq!(begun.elapsed().as_secs(), 240);
    sleep(Duration::from_secs(59)).await;
    assert!(!served.is_finished());
    assert_eq!(peer.expect_close().await, 1001);
    assert_eq!(begun.elapsed().as_secs(), 300);
    drop(peer);
    assert_eq!(ended(served).await.cause(), &Cause::Violation(Violation::Idle));
}
