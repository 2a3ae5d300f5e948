//! `chat`: rooms over axum, beside a page.

use std::net::SocketAddr;

use sockpact_tests::{RawPeer, binary, close, text};
use tokio::net::TcpStream;

use super::process::{CHAT, Example};
use super::{address_in, ask};

/// Starts it on a free port, which it tells in its one line.
pub(crate) fn start() -> (Example, SocketAddr) {
    let example = Example::start(CHAT, &["127.0.0.1:0"]);
    let line = example.line();
    assert!(line.starts_with("chat: open http://"), "{line}");
    (example, address_in(&line))
}

pub(crate) async fn join(address: SocketAddr, room: &str, name: &str) -> RawPeer<TcpStream> {
    RawPeer::connect(address, &format!("/rooms/{room}?name={name}")).await
}

#[tokio::test]
async fn two_people_talk_in_a_room() {
    let (_chat, address) = start();
    let mut ann = join(address, "lobby", "ann").await;
    assert_eq!(ann.read_text().await, r#"{"type":"here","names":["ann"]}"#);
    let mut eve = join(address, "cellar", "eve").await;
    assert_eq!(eve.read_text().await, r#"{"type":"here","names":["eve"]}"#);
    let mut bob = join(address, "lobby", "bob").await;
    assert_eq!(bob.read_text().await, r#"{"type":"here","names":["ann","bob"]}"#);
    assert_eq!(ann.read_text().await, r#"{"type":"joined","name":"bob"}"#);

    bob.send(&text(r#"{"type":"say","text":"hello \"ann\""}"#)).await;
    ann.send(&text(r#"{"type":"who"}"#)).await;
    let said = r#"{"type":"said","name":"bob","text":"hello \"ann\""}"#;
    assert_eq!(bob.read_text().await, said);
    let mut answers = [ann.read_text().await, ann.read_text().await];
    answers.sort();
    assert_eq!(answers, [r#"{"type":"here","names":["ann","bob"]}"#, said]);

    bob.send(&close(1000, "")).await;
    assert_eq!(bob.expect_close().await, 1000);
    assert_eq!(ann.read_text().await, r#"{"type":"left","name":"bob"}"#);
    // In the other room nobody heard of that.
    eve.send(&text(r#"{"type":"who"}"#)).await;
    assert_eq!(eve.read_text().await, r#"{"type":"here","names":["eve"]}"#);
}

#[tokio::test]
async fn what_a_room_does_not_take_gets_its_code() {
    let (_chat, address) = start();
    for (message, code) in [
        (binary("bytes"), 1003),
        (text("no JSON"), 1007),
        (text(r#"{"type":"shout","text":"hello"}"#), 1007),
        (text(r#"{"type":"say","text":" "}"#), 4000),
        (text("x".repeat(16 * 1024 + 1)), 1009),
    ] {
        let mut ann = join(address, "lobby", "ann").await;
        ann.send(&message).await;
        assert_eq!(ann.expect_close().await, code);
    }
    // None of them is in the room any more.
    let mut bob = join(address, "lobby", "bob").await;
    assert_eq!(bob.read_text().await, r#"{"type":"here","names":["bob"]}"#);
}

#[tokio::test]
async fn a_name_is_needed_and_the_page_is_served() {
    let (_chat, address) = start();
    let opening = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    for name in ["", "%20"] {
        let mut peer = RawPeer::new(TcpStream::connect(address).await.unwrap());
        let path = format!("/rooms/lobby?name={name}");
        peer.send(format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{opening}\r\n\r\n").as_bytes()).await;
        assert!(peer.read_head().await.starts_with("HTTP/1.1 400 "), "{name:?}");
    }
    let page = ask(address, "GET / HTTP/1.1\r\nConnection: close").await;
    assert!(page.starts_with("HTTP/1.1 200 ") && page.contains("\r\ncontent-type: text/html"), "{page}");
    assert!(page.ends_with(include_str!("../../src/bin/chat/page.html")), "{page}");
    let plain = ask(address, "GET /rooms/lobby?name=ann HTTP/1.1").await;
    assert!(plain.starts_with("HTTP/1.1 426 "), "{plain}");
}
