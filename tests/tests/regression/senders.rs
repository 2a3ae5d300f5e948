//! A `Sender` learns what becomes of its connection, and never waits for what cannot come.

use std::time::Duration;

use sockpact::{Cause, CloseCode, Closed, Config, Message, Overflow, Peer, SendError, Sender, endpoint};
use sockpact_tests::told;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::support::{Side, comes, ended, serve};

/// Gives its sender away.
struct Giver(Option<oneshot::Sender<Sender<Message>>>);

#[endpoint(text)]
impl Giver {
    #[on(open)]
    async fn opened(&mut self, peer: &Peer) {
        if let Some(give) = self.0.take() {
            let _ = give.send(peer.sender());
        }
    }

    #[on(text)]
    async fn text(&mut self, _: String) {}
}

async fn given(config: Config) -> (Side, JoinHandle<Closed>, Sender<Message>) {
    given_with_room(1024, config).await
}

async fn given_with_room(room: usize, config: Config) -> (Side, JoinHandle<Closed>, Sender<Message>) {
    let (give, take) = oneshot::channel();
    let (peer, served) = serve(room, Giver(Some(give)), config);
    (peer, served, take.await.unwrap())
}

#[tokio::test(start_paused = true)]
async fn senders_of_a_dropped_connection_learn_it() {
    let (_peer, served, sender) = given(Config::default()).await;
    let waiting = sender.clone();
    // Nobody reads, so that it fills the outbox and then waits for room.
    let waiting = tokio::spawn(async move {
        loop {
            if let Err(error) = waiting.send("x".repeat(1000).into()).await {
                return error;
            }
        }
    });
    sleep(Duration::from_secs(1)).await;
    assert!(!waiting.is_finished());
    // As when a task is aborted, or the runtime of the server is dropped.
    served.abort();
    assert!(served.await.unwrap_err().is_cancelled());
    assert!(matches!(comes(waiting).await.unwrap(), SendError::Closed));
    assert!(sender.is_closed());
    comes(sender.closed()).await;
    assert!(matches!(sender.try_send("x".into()), Err(SendError::Closed)));
}

#[tokio::test(start_paused = true)]
async fn an_outbox_of_zero_messages_still_sends() {
    let (mut peer, _served, sender) = given(Config::default().outbox_messages(0)).await;
    for number in 0..10 {
        comes(sender.send(number.to_string().into())).await.unwrap();
    }
    for number in 0..10 {
        assert_eq!(peer.read_text().await, number.to_string());
    }
}

#[tokio::test(start_paused = true)]
async fn an_outbox_of_zero_bytes_sends_one_message_at_a_time() {
    let (mut peer, _served, sender) = given(Config::default().outbox_bytes(0)).await;
    for number in 0..10 {
        comes(sender.send(number.to_string().into())).await.unwrap();
    }
    for number in 0..10 {
        assert_eq!(peer.read_text().await, number.to_string());
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_taken_in_can_be_sent_on() {
    // The largest message that is accepted by default is four times as large as the outbox.
    let (mut peer, _served, sender) = given(Config::default()).await;
    let large = "x".repeat(1 << 20);
    let sent = tokio::spawn(async move {
        for _ in 0..3 {
            sender.send(large.clone().into()).await.unwrap();
        }
    });
    for _ in 0..3 {
        assert_eq!(peer.read_text().await.len(), 1 << 20);
    }
    comes(sent).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_outbox_is_not_over_its_bounds_by_a_byte() {
    const BYTES: usize = 10_000;
    const MESSAGES: usize = 50;
    let config = Config::default().outbox_bytes(BYTES).outbox_messages(MESSAGES);
    for round in 0..100 {
        let (mut peer, _served, sender) = given(config.clone()).await;
        // Nothing is awaited, so that the connection takes nothing out.
        let (mut messages, mut bytes) = (0, 0);
        for number in 0..1000 {
            let size = (number * 7919 + round * 104_729) % 3001 / (1 + round % 40);
            let has_room = messages < MESSAGES && bytes + size <= BYTES;
            match sender.try_send("x".repeat(size).into()) {
                Ok(()) => assert!(has_room, "{size} bytes on {messages} messages of {bytes} bytes"),
                Err(SendError::Full(_)) => assert!(!has_room, "{size} bytes on {messages} of {bytes} bytes"),
                Err(error) => panic!("{error}"),
            }
            if has_room {
                (messages, bytes) = (messages + 1, bytes + size);
            }
        }
        for _ in 0..messages {
            bytes -= peer.read_text().await.len();
        }
        assert_eq!(bytes, 0, "all of it arrives");
    }
}

#[tokio::test(start_paused = true)]
async fn a_close_by_a_sender_wins_over_what_comes_to_light_when_it_is_carried_out() {
    // That the peer is gone.
    let (peer, served, sender) = given(Config::default()).await;
    sender.try_send("last".into()).unwrap();
    sender.close(CloseCode::new(4000).unwrap(), "mine");
    drop(peer);
    let closed = ended(served).await;
    assert!(matches!(closed.cause(), Cause::Endpoint), "{closed:?}");

    // That the outbox was full.
    let config = Config::default().overflow(Overflow::Close).outbox_messages(2);
    let (mut peer, served, sender) = given_with_room(64, config).await;
    sender.try_send("x".repeat(30_000).into()).unwrap();
    sleep(Duration::from_millis(1)).await;
    for message in ["one", "two"] {
        sender.try_send(message.into()).unwrap();
    }
    assert!(matches!(sender.try_send("three".into()), Err(SendError::Full(_))));
    sender.close(CloseCode::new(4000).unwrap(), "full, so it is over");
    let (frames, _) = peer.read_to_end().await;
    let told = told(&frames);
    assert_eq!((frames.len(), told), (4, Some(4000)));
    drop(peer);
    assert_eq!(ended(served).await.code(), 4000);
}
