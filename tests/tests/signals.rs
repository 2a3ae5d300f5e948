//! The signals that end a server, which are the whole process's: one test, in a file of its own.

#![cfg(unix)]

use std::future::pending;
use std::time::Duration;

use rustix::process::{Signal, getpid, kill_process};
use sockpact::{Closed, Config, Server, endpoint};
use sockpact_tests::RawPeer;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Never comes to the end of its close handler.
#[derive(Clone)]
struct Clinging(mpsc::UnboundedSender<u16>);

#[endpoint(text)]
impl Clinging {
    #[on(text)]
    async fn text(&mut self, _: String) {}

    #[on(close)]
    async fn closed(&mut self, closed: &Closed) {
        self.0.send(closed.code()).unwrap();
        pending::<()>().await;
    }
}

fn interrupt() {
    kill_process(getpid(), Signal::INT).unwrap();
}

#[tokio::test]
async fn the_first_signal_closes_the_second_waits_for_no_peer_and_the_third_for_nothing() {
    const LONG: Duration = Duration::from_secs(60);
    const SOON: Duration = Duration::from_secs(10);
    let (tell, mut told) = mpsc::unbounded_channel();
    let config = Config::default().closing_handshake(LONG).shutdown(LONG);
    let server = Server::bind("127.0.0.1:0").await.unwrap().config(config);
    let address = server.local_addr().unwrap();
    let mut run = tokio::spawn(server.serve(Clinging(tell)));
    // Once it is served, the server listens for signals.
    let mut peer = RawPeer::connect(address, "/").await;
    interrupt();
    assert_eq!(peer.read_frame().await.unwrap().close().map(|(code, _)| code), Some(1001));
    interrupt();
    assert_eq!(timeout(SOON, told.recv()).await.expect("a close handler"), Some(1001));
    assert!(timeout(Duration::from_millis(300), &mut run).await.is_err(), "the close handler has its time");
    interrupt();
    timeout(SOON, run).await.expect("an end").unwrap().unwrap();
}
