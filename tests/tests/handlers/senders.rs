//! Sending unasked, from tasks that outlive the handler.

use sockpact::{CloseCode, Closed, Config, Message, Peer, SendError, Sender, endpoint};
use sockpact_tests::close;
use tokio::task::JoinHandle;

use super::{Side, ended, serve_with};

/// Gives its sender away.
struct Subscriber(tokio::sync::mpsc::UnboundedSender<Sender<Message>>);

#[endpoint(text)]
impl Subscriber {
    #[on(open)]
    async fn opened(&mut self, peer: &Peer) {
        self.0.send(peer.sender()).unwrap();
    }

    #[on(text)]
    async fn text(&mut self, line: String) -> String {
        line
    }
}

async fn subscriber(config: Config) -> (Side, JoinHandle<Closed>, Sender<Message>) {
    let (give, mut take) = tokio::sync::mpsc::unbounded_channel();
    let (peer, served) = serve_with(Subscriber(give), config);
    let sender = take.recv().await.unwrap();
    (peer, served, sender)
}

#[tokio::test]
async fn a_sender_works_from_any_task_in_order() {
    let (mut peer, served, sender) = subscriber(Config::default()).await;
    let task = tokio::spawn(async move {
        for number in 0..1000 {
            sender.send(number.to_string().into()).await.unwrap();
        }
        sender.close(CloseCode::NORMAL_CLOSURE, "all sent");
        assert!(sender.send("late".into()).await.is_err());
    });
    for number in 0..1000 {
        assert_eq!(peer.read_text().await, number.to_string());
    }
    task.await.unwrap();
    assert_eq!(peer.read_frame().await.unwrap().close(), Some((1000, "all sent".into())));
    peer.send(&close(1000, "")).await;
    assert!(ended(peer, served).await.is_clean());
}

#[tokio::test]
async fn a_sender_learns_that_the_peer_is_gone() {
    let (peer, served, sender) = subscriber(Config::default()).await;
    drop(peer);
    sender.closed().await;
    served.await.unwrap();
    assert!(matches!(sender.try_send("x".into()), Err(SendError::Closed)));
}
