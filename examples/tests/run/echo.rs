//! `echo`: four endpoints and two options.

use std::net::SocketAddr;

use sockpact_tests::{RawPeer, binary, text};

use super::address_in;
use super::process::{ECHO, Example};

/// Starts it on a free port, which it tells in its one line.
pub(crate) fn start(options: &[&str]) -> (Example, SocketAddr) {
    let example = Example::start(ECHO, &[&["127.0.0.1:0"], options].concat());
    let line = example.line();
    assert!(line.starts_with("echo: listening on ws://"), "{line}");
    (example, address_in(&line))
}

#[tokio::test]
async fn each_endpoint_sends_back_what_it_accepts() {
    let (_echo, address) = start(&[]);
    let entry = r#"{"id":1,"t":"msg","d":"..."}"#;
    let accepted = [
        ("/text", text("hello"), 1, "hello"),
        ("/binary", binary("bytes"), 2, "bytes"),
        ("/both", text("hello"), 1, "hello"),
        ("/both", binary("bytes"), 2, "bytes"),
        ("/json", text(entry), 1, entry),
        // Decoded and encoded again.
        ("/json", text(r#" {"d": "...", "t": "msg", "id": 1} "#), 1, entry),
    ];
    for (path, message, opcode, expected) in accepted {
        let mut peer = RawPeer::connect(address, path).await;
        peer.send(&message).await;
        let answer = peer.read_frame().await.unwrap();
        assert_eq!((answer.opcode, answer.payload.as_slice()), (opcode, expected.as_bytes()), "{path}");
    }
    let refused = [
        ("/text", binary("bytes"), 1003),
        ("/binary", text("hello"), 1003),
        ("/text", text(b"\xff"), 1007),
        ("/json", text("hello"), 1007),
        ("/json", text(r#"{"id":1,"t":"other","d":""}"#), 1007),
        ("/json", text(r#"{"id":1,"t":"msg","d":"","more":1}"#), 1007),
        ("/json", binary(entry), 1003),
    ];
    for (path, message, code) in refused {
        let mut peer = RawPeer::connect(address, path).await;
        peer.send(&message).await;
        assert_eq!(peer.expect_close().await, code, "{path}");
    }
}

#[tokio::test]
async fn the_limit_is_what_the_option_says() {
    let (_echo, address) = start(&["--threads", "1", "--max-message", "100"]);
    for (path, message) in
        [("/text", text as fn(String) -> Vec<u8>), ("/binary", binary), ("/both", text), ("/both", binary)]
    {
        let mut peer = RawPeer::connect(address, path).await;
        peer.send(&message("x".repeat(100))).await;
        assert_eq!(peer.read_frame().await.unwrap().payload.len(), 100);
        peer.send(&message("x".repeat(101))).await;
        assert_eq!(peer.expect_close().await, 1009, "{path}");
    }
}

#[tokio::test]
async fn without_the_option_a_message_may_have_1_mib() {
    let (_echo, address) = start(&["--threads", "2"]);
    let mut peer = RawPeer::connect(address, "/both").await;
    peer.send(&binary(vec![7; 1 << 20])).await;
    assert_eq!(peer.read_frame().await.unwrap().payload.len(), 1 << 20);
    peer.send(&binary(vec![7; (1 << 20) + 1])).await;
    assert_eq!(peer.expect_close().await, 1009);
}
