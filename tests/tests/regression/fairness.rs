//! Nothing that is always ready starves what is beside it.

use std::time::Duration;

use sockpact::{Bytes, Config, Message, Peer, endpoint};
use sockpact_tests::{ping, text};
use tokio::io::{AsyncReadExt, AsyncWriteExt, split};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::support::{Count, Echo, request, serve, violation};

/// Far more than any of this takes.
const SOON: Duration = Duration::from_secs(5);

/// Has more to do than it ever gets done.
struct Greedy;

#[endpoint(text)]
impl Greedy {
    #[on(text)]
    async fn text(&mut self, _: String) {
        let (give, mut take) = mpsc::channel::<()>(1024);
        for _ in 0..4 {
            let give = give.clone();
            tokio::spawn(async move { while give.send(()).await.is_ok() {} });
        }
        while take.recv().await.is_some() {}
    }
}

#[tokio::test]
async fn a_greedy_handler_does_not_starve_its_connection() {
    let (mut peer, served) =
        serve(1024, Greedy, Config::default().closing_handshake(Duration::from_millis(200)));
    peer.send(&text("go")).await;
    for _ in 0..10 {
        peer.send(&ping("there?")).await;
        let pong = timeout(SOON, peer.read_frame()).await.expect("a pong in time").unwrap();
        assert_eq!((pong.opcode, pong.payload.as_slice()), (10, b"there?".as_slice()));
    }
    // It is abandoned in its time, too.
    drop(peer);
    timeout(SOON, served).await.expect("an end in time").unwrap();
}

/// Three tasks send as fast as they can.
#[derive(Default)]
struct Broadcast {
    handled: Count,
}

#[endpoint(text)]
impl Broadcast {
    #[on(open)]
    async fn opened(&mut self, peer: &Peer) {
        let message = Message::from(Bytes::from(vec![1; 8000]));
        for _ in 0..3 {
            let (sender, message) = (peer.sender(), message.clone());
            tokio::spawn(async move { while sender.send(message.clone()).await.is_ok() {} });
        }
    }

    #[on(text)]
    async fn text(&mut self, _: String) {
        self.handled.add();
    }
}

#[tokio::test]
async fn fast_senders_do_not_starve_the_reading() {
    let broadcast = Broadcast::default();
    let handled = broadcast.handled.clone();
    let (peer, _served) = serve(1 << 18, broadcast, Config::default());
    let (mut reading, mut writing) = split(peer.stream);
    tokio::spawn(async move {
        let mut sink = vec![0; 1 << 16];
        while reading.read(&mut sink).await.is_ok_and(|read| read > 0) {}
    });
    for number in 0..40 {
        writing.write_all(&text("x")).await.unwrap();
        let handled = async {
            while handled.get() <= number {
                tokio::task::yield_now().await;
            }
        };
        timeout(SOON, handled).await.expect("handled in time");
    }
}

#[tokio::test]
async fn a_peer_that_always_has_a_message_ready_does_not_starve_its_thread() {
    let (first, _served) = serve(1 << 16, Echo, Config::default());
    let (mut reading, mut writing) = split(first.stream);
    tokio::spawn(async move { while writing.write_all(&text("").repeat(1000)).await.is_ok() {} });
    tokio::spawn(async move {
        let mut sink = vec![0; 1 << 16];
        while reading.read(&mut sink).await.is_ok_and(|read| read > 0) {}
    });
    let (mut second, _served) = serve(1024, Echo, Config::default());
    for _ in 0..40 {
        second.send(&text("x")).await;
        assert_eq!(timeout(SOON, second.read_text()).await.expect("a reply in time"), "x");
    }
}

#[tokio::test]
async fn a_flood_behind_a_violation_does_not_starve_its_thread() {
    let config = Config::default().linger(Duration::from_millis(300));
    let server = sockpact::Server::bind("127.0.0.1:0").await.unwrap().config(config);
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(Echo));
    // The client has a thread of its own, so that there is always something to read.
    let flood = std::thread::spawn(move || {
        use std::io::Write;
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream.write_all(&[request(address), violation()].concat()).unwrap();
        let (chunk, mut mebibytes) = (vec![0; 1 << 20], 0);
        while stream.write_all(&chunk).is_ok() {
            mebibytes += 1;
        }
        mebibytes
    });
    let mut turns = 0;
    while !flood.is_finished() {
        tokio::task::yield_now().await;
        turns += 1;
    }
    // The budget of a task alone would give the others one turn for every 8 MiB.
    let mebibytes = flood.join().unwrap();
    assert!(mebibytes > 16 && turns > mebibytes, "{turns} turns in {mebibytes} MiB");
}
