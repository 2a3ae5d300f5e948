//! A peer that reads slowly over a socket whose buffer is large: it is not lost for that, and one that stops is.
//!
//! Linux lets a send buffer grow to 4 MiB, and says that it takes more once a third of that is free. At the pace here
//! that is later than the deadline, again and again.

use std::time::Duration;

use sockpact::{Cause, Closed, Config, Lost, Server, endpoint};
use sockpact_tests::{RawPeer, text};
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep, timeout};

const DEADLINE: Duration = Duration::from_secs(1);

/// Replies with more than any buffer on the way takes, and tells how it ended.
#[derive(Clone)]
struct Large {
    ended: UnboundedSender<Cause>,
}

#[endpoint(text)]
impl Large {
    #[on(text)]
    async fn ask(&mut self, _: String) -> Vec<u8> {
        vec![0; 64 << 20]
    }

    #[on(close)]
    async fn closed(&mut self, closed: &Closed) {
        let _ = self.ended.send(closed.cause().clone());
    }
}

#[tokio::test]
async fn a_slow_reader_is_served_and_one_that_stops_is_lost() {
    let (ended, mut ends) = unbounded_channel();
    let server =
        Server::bind("127.0.0.1:0").await.unwrap().config(Config::default().write_deadline(DEADLINE));
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(Large { ended }));
    let mut peer = RawPeer::connect_with_receive_buffer(address, "/", Some(64 << 10)).await;
    peer.send(&text("please")).await;

    let begun = Instant::now();
    let mut chunk = vec![0; 20 << 10];
    while begun.elapsed() < 4 * DEADLINE {
        peer.stream.read_exact(&mut chunk).await.unwrap();
        sleep(Duration::from_millis(100)).await;
        assert!(ends.try_recv().is_err(), "lost after {:?}", begun.elapsed());
    }
    // Now it reads no more.
    let cause = timeout(10 * DEADLINE, ends.recv()).await.expect("an end").unwrap();
    assert_eq!(cause, Cause::Lost(Lost::WriteDeadline));
}
