//! Which end a connection comes to where two come close together, and what is still handled before it.

use std::time::Duration;

use sockpact::{CloseCode, CloseFrame, Config, Peer, endpoint};
use sockpact_tests::{close, text, told};
use tokio::io::AsyncWriteExt;
use tokio::time::sleep;

use crate::support::{Count, ended, serve, violation};

fn frame(code: u16, reason: &'static str) -> CloseFrame {
    CloseFrame::new(CloseCode::new(code).unwrap(), reason)
}

/// Takes its time to find out who that is, and closes.
#[derive(Default)]
struct SlowGuard {
    handled: Count,
}

#[endpoint(text)]
impl SlowGuard {
    #[on(open)]
    async fn opened(&mut self, peer: &Peer) {
        sleep(Duration::from_secs(1)).await;
        peer.close(CloseCode::new(4401).unwrap(), "sign in first");
    }

    #[on(text)]
    async fn text(&mut self, _: String) {
        self.handled.add();
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_handled_behind_a_close_whatever_the_peer_has_sent() {
    for (behind, half_closes, code) in [
        (Vec::new(), false, Some(4401)),
        (violation(), false, Some(4401)),
        (Vec::new(), true, Some(4401)),
        // It was the peer that closed first.
        (close(1000, ""), false, Some(1000)),
    ] {
        for messages in [0, 3] {
            let guard = SlowGuard::default();
            let handled = guard.handled.clone();
            let (mut peer, served) = serve(1024, guard, Config::default());
            peer.send(&[text("delete everything").repeat(messages), behind.clone()].concat()).await;
            if half_closes {
                peer.stream.shutdown().await.unwrap();
            }
            let (frames, _) = peer.read_to_end().await;
            let told = told(&frames);
            drop(peer);
            assert_eq!((told, handled.get()), (code, 0));
            assert_eq!(Some(ended(served).await.code()), code);
        }
    }
}

/// Has sent more than the peer takes when it ends, and then another task closes.
struct Overworked;

#[endpoint(text)]
impl Overworked {
    #[on(text)]
    async fn text(&mut self, how: String, peer: &Peer) -> Result<(), CloseFrame> {
        let sender = peer.sender();
        tokio::spawn(async move {
            sleep(Duration::from_secs(2)).await;
            sender.close(CloseCode::new(4002).unwrap(), "second");
        });
        for _ in 0..2 {
            peer.send("x".repeat(100_000).into()).await.unwrap();
        }
        assert_ne!(how, "panic");
        Err(frame(4001, "first"))
    }
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_handler_is_the_first_although_its_messages_take_their_time() {
    for (how, code) in [("error", 4001), ("panic", 1011)] {
        let (mut peer, served) = serve(16, Overworked, Config::default());
        peer.send(&text(how)).await;
        sleep(Duration::from_secs(3)).await;
        let (frames, _) = peer.read_to_end().await;
        let told = told(&frames);
        drop(peer);
        assert_eq!((told, ended(served).await.code()), (Some(code), code), "{how}");
    }
}

/// Refuses, sooner or later.
struct Refusing;

#[endpoint(text)]
impl Refusing {
    #[on(text)]
    async fn text(&mut self, how: String) -> Result<String, CloseFrame> {
        if how == "later" {
            sleep(Duration::from_secs(1)).await;
        }
        Err(frame(4001, "no"))
    }
}

#[tokio::test(start_paused = true)]
async fn who_has_stopped_sending_gets_a_handlers_code_however_long_it_took() {
    for how in ["at once", "later"] {
        let (mut peer, served) = serve(1024, Refusing, Config::default());
        peer.send(&text(how)).await;
        peer.stream.shutdown().await.unwrap();
        assert_eq!(peer.read_frame().await.unwrap().close(), Some((4001, "no".into())), "{how}");
        drop(peer);
        assert_eq!(ended(served).await.code(), 4001);
    }
}

/// Closes when it has taken its time with a message.
struct Deliberate;

#[endpoint(text)]
impl Deliberate {
    #[on(text)]
    async fn text(&mut self, _: String, peer: &Peer) {
        sleep(Duration::from_secs(1)).await;
        peer.close(CloseCode::new(4001).unwrap(), "decided");
    }
}

#[tokio::test(start_paused = true)]
async fn a_close_at_the_end_of_a_handler_goes_before_what_was_read_meanwhile() {
    for behind in [Vec::new(), violation()] {
        let (mut peer, served) = serve(1024, Deliberate, Config::default());
        peer.send(&[text("go"), behind].concat()).await;
        peer.stream.shutdown().await.unwrap();
        assert_eq!(peer.read_frame().await.unwrap().close(), Some((4001, "decided".into())));
        drop(peer);
        assert_eq!(ended(served).await.code(), 4001);
    }
}
