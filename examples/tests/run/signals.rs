//! Ctrl-C, and what service managers send: every peer gets 1001, and the process ends well.

use std::time::{Duration, Instant};

use sockpact_tests::{RawPeer, close, header, text};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{chat, echo};

/// Reads up to a Close with 1001, answers it, and reads FIN.
async fn expect_going_away(mut peer: RawPeer<TcpStream>) {
    let mut read = peer.read_frame().await;
    while read.as_ref().is_ok_and(|frame| frame.opcode != 8) {
        read = peer.read_frame().await;
    }
    let told = read.unwrap().close();
    assert_eq!(told, Some((1001, "server is going down, connect again".to_owned())));
    peer.send(&close(1001, "")).await;
    assert!(peer.read_frame().await.is_err());
}

#[tokio::test]
async fn a_signal_ends_echo_well() {
    for signal in ["INT", "TERM"] {
        let (example, address) = echo::start(&[]);
        let idle = RawPeer::connect(address, "/text").await;
        let mut talking = RawPeer::connect(address, "/both").await;
        talking.send(&text("hello")).await;
        assert_eq!(talking.read_text().await, "hello");
        let mut inside_a_message = RawPeer::connect(address, "/binary").await;
        inside_a_message.send(&header(0x02, 0)).await;
        example.signal(signal);
        for peer in [idle, talking, inside_a_message] {
            expect_going_away(peer).await;
        }
        example.expect_quiet_end();
    }
}

#[tokio::test]
async fn a_signal_ends_chat_well() {
    for signal in ["INT", "TERM"] {
        let (example, address) = chat::start();
        let ann = chat::join(address, "lobby", "ann").await;
        let bob = chat::join(address, "lobby", "bob").await;
        // A browser that has loaded the page keeps its connection for the next request.
        let mut browser = TcpStream::connect(address).await.unwrap();
        let request = format!("GET / HTTP/1.1\r\nHost: {address}\r\n\r\n");
        browser.write_all(request.as_bytes()).await.unwrap();
        assert!(browser.read(&mut [0; 100]).await.unwrap() > 0);
        example.signal(signal);
        for peer in [ann, bob] {
            expect_going_away(peer).await;
        }
        example.expect_quiet_end();
    }
}

#[tokio::test]
async fn a_second_ctrl_c_does_not_wait_for_who_is_silent() {
    let (echo, address) = echo::start(&[]);
    let silent = RawPeer::connect(address, "/text").await;
    let (chat, address) = chat::start();
    for (example, mut silent) in [(echo, silent), (chat, chat::join(address, "lobby", "ann").await)] {
        example.signal("INT");
        assert_eq!(silent.expect_close().await, 1001);
        // Both wait 10 s for its Close.
        let begun = Instant::now();
        example.signal("INT");
        example.expect_quiet_end();
        assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    }
}
