//! `hello`: its port is fixed, so that it can only be tried where that is free.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use sockpact_tests::{RawPeer, binary, text};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::PATIENCE;
use super::command_line::complaint;
use super::process::{Example, HELLO};

const NOTHING: &[&str] = &[];
const ADDRESS: &str = "127.0.0.1:3000";

#[tokio::test]
async fn it_shouts_and_where_its_port_is_taken_it_says_so() {
    // Whoever has the port, this test or somebody else, `hello` cannot have it.
    let taken = TcpListener::bind(ADDRESS);
    let line = complaint(HELLO, NOTHING);
    assert!(line.contains(&format!("cannot listen on {ADDRESS}: ")), "{line}");
    if taken.is_err() {
        eprintln!("skipped the rest: {ADDRESS} is taken");
        return;
    }
    drop(taken);

    let hello = Example::start(HELLO, NOTHING);
    let address: SocketAddr = ADDRESS.parse().unwrap();
    // It prints nothing.
    let listening = async {
        while TcpStream::connect(address).await.is_err() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, listening).await.expect("it listens");
    let mut peer = RawPeer::connect(address, "/").await;
    peer.send(&text("hello")).await;
    assert_eq!(peer.read_text().await, "HELLO");
    peer.send(&binary("hello")).await;
    assert_eq!(peer.expect_close().await, 1003);
    drop(peer);
    hello.signal("INT");
    hello.expect_quiet_end();
}
