//! When a handler is dropped: what the guide's table says, to the second.

use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use sockpact::{CloseCode, Peer, endpoint};
use sockpact_tests::{close, text};
use tokio::time::{Instant, sleep};

use super::serve;

/// Takes 3 s for each message, and for ever in its close handler; tells what it did, and in which second.
struct Slow {
    begun: Instant,
    told: Sender<(String, u64)>,
}

impl Slow {
    fn tell(&self, what: &str) {
        self.told.send((what.to_owned(), self.begun.elapsed().as_secs())).unwrap();
    }
}

#[endpoint(text)]
impl Slow {
    #[on(text)]
    async fn text(&mut self, line: String, peer: &Peer) {
        self.tell(&line);
        if line == "leave" {
            peer.close(CloseCode::NORMAL_CLOSURE, "");
        }
        sleep(Duration::from_secs(3)).await;
        self.tell(&format!("{line} done"));
    }

    #[on(close)]
    async fn closed(&mut self) {
        self.tell("close");
        sleep(Duration::from_secs(9)).await;
        self.tell("close, 9 s later");
        sleep(Duration::from_secs(9)).await;
        self.tell("close done");
    }
}

impl Drop for Slow {
    fn drop(&mut self) {
        self.tell("dropped");
    }
}

/// What it did for a peer that sends this and reads to the end.
async fn told(bytes: &[u8]) -> Vec<(String, u64)> {
    let (told, tells) = channel();
    let (mut peer, served) = serve(Slow { begun: Instant::now(), told });
    peer.send(bytes).await;
    peer.read_to_end().await;
    drop(peer);
    served.await.unwrap();
    tells.iter().collect()
}

fn lines<const N: usize>(lines: [(&str, u64); N]) -> Vec<(String, u64)> {
    lines.map(|(what, second)| (what.to_owned(), second)).into()
}

#[tokio::test(start_paused = true)]
async fn after_the_peers_close_the_handlers_share_half_of_its_time() {
    let messages = [text("one"), text("two"), text("three"), close(1000, "")].concat();
    let expected =
        [("one", 0), ("one done", 3), ("two", 3), ("close", 5), ("close, 9 s later", 14), ("dropped", 15)];
    assert_eq!(told(&messages).await, lines(expected));
}

#[tokio::test(start_paused = true)]
async fn after_a_close_of_its_own_a_handler_may_finish_and_no_other_begins() {
    let messages = [text("leave"), text("two")].concat();
    let expected = [("leave", 0), ("leave done", 3), ("close", 3), ("close, 9 s later", 12), ("dropped", 13)];
    assert_eq!(told(&messages).await, lines(expected));
}
