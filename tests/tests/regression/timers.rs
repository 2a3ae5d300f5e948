//! The one timer of a connection fires for each of its deadlines, whatever moved the others meanwhile.

use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use sockpact::{Cause, Config, Peer, Violation, endpoint};
use sockpact_tests::{binary, frame, header, ping, text};
use tokio::io::AsyncReadExt;
use tokio::time::{Instant, sleep, timeout};

use crate::support::{Count, Echo, Side, comes, ended, serve};

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
    assert_eq!(ended(served).await.cause(), &Cause::Idle);
}

/// Replies with so many bytes.
#[endpoint(text)]
async fn replies(bytes: String) -> String {
    "x".repeat(bytes.parse().unwrap())
}

/// Reads so much each second; how much came, and after how many seconds no more.
async fn read_slowly(peer: &mut Side, each: usize) -> (usize, u64) {
    let (begun, mut read, mut chunk) = (Instant::now(), 0, vec![0; each]);
    loop {
        sleep(Duration::from_secs(1)).await;
        match timeout(Duration::from_secs(10), peer.stream.read(&mut chunk)).await {
            Ok(Ok(len)) if len > 0 => read += len,
            _ => return (read, begun.elapsed().as_secs()),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_not_idle_while_a_message_is_on_its_way_out() {
    let config = Config::default().ping_interval(None).idle_timeout(Some(Duration::from_secs(20)));
    let (mut peer, _served) = serve(16 * 1024, replies, config);
    peer.send(&text("1000000")).await;
    let (read, seconds) = read_slowly(&mut peer, 16 * 1024).await;
    assert_eq!(read, 10 + 1_000_000);
    assert!((62..=80).contains(&seconds), "{seconds}");
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_not_idle_while_a_message_is_on_its_way_in() {
    let config = Config::default().ping_interval(None).idle_timeout(Some(Duration::from_secs(20)));
    let (mut peer, _served) = serve(1024, Echo, config);
    for byte in text("x".repeat(20)) {
        sleep(Duration::from_secs(1)).await;
        peer.send(&[byte]).await;
    }
    assert_eq!(peer.read_text().await, "x".repeat(20));
}

#[tokio::test(start_paused = true)]
async fn a_pong_is_not_due_before_its_ping_was_taken() {
    let (mut peer, served) = serve(512, replies, Config::default());
    peer.send(&text("30000")).await;
    // All of the reply, and behind it a ping.
    let mut left = 4 + 30_000 + 2;
    while left > 0 {
        sleep(Duration::from_secs(1)).await;
        let mut chunk = [0; 512];
        let read = peer.stream.read(&mut chunk).await.unwrap();
        assert!(read > 0, "{left} bytes are missing");
        left -= read;
    }
    peer.send(&frame(0x80 | PONG, b"")).await;
    peer.send(&text("1")).await;
    assert_eq!(peer.read_text().await, "x");
    assert!(!served.is_finished());
}

#[tokio::test(start_paused = true)]
async fn without_any_time_for_a_pong_nothing_hangs() {
    let config = Config::default().ping_interval(Some(Duration::ZERO)).pong_deadline(Duration::ZERO);
    let (mut peer, served) = serve(1024, replies, config);
    peer.send(&text("1000000")).await;
    assert_eq!(ended(served).await.code(), 1006);
}

/// Blocks its thread for longer than a pong may take, and then uses up the budget of its task.
struct Blocking;

#[endpoint(text)]
impl Blocking {
    #[on(text)]
    async fn text(&mut self, line: String) -> String {
        sleep(Duration::from_millis(150)).await;
        std::thread::sleep(Duration::from_millis(600));
        for _ in 0..200 {
            tokio::task::consume_budget().await;
        }
        line
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn nobody_is_late_before_it_was_read_what_has_come() {
    // It has the runtime's driver run while a worker is blocked.
    let runtime = tokio::runtime::Handle::current();
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    let ticking = std::thread::spawn(move || {
        while stopped
            .recv_timeout(Duration::from_millis(5))
            .is_err_and(|error| error == RecvTimeoutError::Timeout)
        {
            drop(runtime.spawn(async {}));
        }
    });
    let config = Config::default()
        .ping_interval(Some(Duration::from_millis(100)))
        .pong_deadline(Duration::from_millis(300));
    let (mut peer, _served) = serve(1024, Blocking, config);
    peer.send(&text("done")).await;
    assert_eq!(peer.read_frame().await.unwrap().opcode, PING);
    sleep(Duration::from_millis(100)).await;
    peer.send(&frame(0x80 | PONG, b"")).await;
    assert_eq!(peer.read_text().await, "done");
    drop(stop);
    ticking.join().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_connection_on_which_a_sender_sends_is_not_idle() {
    let config = Config::default().ping_interval(None).idle_timeout(Some(Duration::from_secs(20)));
    let (mut peer, served) = serve(1 << 20, Ticker, config);
    // What is sent every ten seconds is never as long as twenty ago.
    for _ in 0..10 {
        assert_eq!(comes(peer.read_frame()).await.unwrap().opcode, 1);
    }
    drop(peer);
    ended(served).await;
}
