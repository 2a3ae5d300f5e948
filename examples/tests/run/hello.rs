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

async fn talk() {
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
}

#[tokio::test]
async fn it_shouts_and_where_its_port_is_taken_it_says_so() {
    let Ok(taken) = TcpListener::bind(ADDRESS) else {
        eprintln!("skipped: {ADDRESS} is taken");
        return;
    };
    let line = complaint(HELLO, NOTHING);
    assert!(line.starts_with(&format!("hello: cannot listen on {ADDRESS}: ")), "{line}");
    drop(taken);

    let hello = Example::start(HELLO, NOTHING);
    let talked = tokio::spawn(talk()).await;
    hello.signal("INT");
    let ended = hello.end();
    if ended.errors.iter().any(|line| line.contains("cannot listen")) {
        eprintln!("skipped the rest: somebody took {ADDRESS} meanwhile");
        return;
    }
    talked.expect("it shouts");
    ended.expect_quiet();
}
