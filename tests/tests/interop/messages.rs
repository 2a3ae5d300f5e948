//! Messages of every kind and size come back, and what is not accepted gets its code.

use futures_util::SinkExt;
use tokio_tungstenite::tungstenite::protocol::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use super::service::Service;
use super::{closed, next, within};

fn fragment(opcode: Data, payload: &'static str, is_final: bool) -> Message {
    Message::Frame(Frame::message(payload, OpCode::Data(opcode), is_final))
}

#[tokio::test]
async fn every_kind_and_size_comes_back() {
    let service = Service::start().await;
    let mut client = service.connect("/echo").await;
    let large = "æøå ".repeat(900 * 1024 / 7);
    for message in [
        Message::text("hello"),
        Message::text(""),
        Message::binary(vec![0, 0xff, 7]),
        Message::binary(vec![]),
        Message::text(large.clone()),
        Message::binary(large.into_bytes()),
    ] {
        within(client.send(message.clone())).await.unwrap();
        // Not `assert_eq`: it would print 900 KiB.
        assert!(next(&mut client).await.as_ref() == Some(&message), "{} bytes", message.len());
    }
}

#[tokio::test]
async fn fragments_come_back_as_one_message_and_a_ping_between_them_is_answered() {
    let service = Service::start().await;
    let mut client = service.connect("/echo").await;
    for part in [
        fragment(Data::Text, "one, ", false),
        fragment(Data::Continue, "two, ", false),
        Message::Ping("between".into()),
        fragment(Data::Continue, "three", true),
        Message::Ping("behind".into()),
    ] {
        within(client.send(part)).await.unwrap();
    }
    // What came in one read is answered together: the reply may go before the pongs.
    let mut answers = Vec::new();
    for _ in 0..3 {
        answers.push(next(&mut client).await.unwrap());
    }
    let (pongs, replies): (Vec<_>, Vec<_>) = answers.into_iter().partition(Message::is_pong);
    assert_eq!(pongs, ["between", "behind"].map(|payload| Message::Pong(payload.into())));
    assert_eq!(replies, [Message::text("one, two, three")]);
}

#[tokio::test]
async fn a_refused_message_gets_its_code_and_its_reason() {
    let service = Service::start().await;
    let bad_utf8 = Frame::message(b"caf\xc3(".as_slice(), OpCode::Data(Data::Text), true);
    for (path, message, code, reason) in [
        ("/lines", Message::binary(vec![1]), 1003, "expected text, got binary"),
        ("/blobs", Message::text("x"), 1003, "expected binary, got text"),
        ("/lines", Message::Frame(bad_utf8), 1007, "text message is not valid UTF-8"),
        (
            "/entries",
            Message::text(r#"{"id":"one"}"#),
            1007,
            "text message does not decode as the declared type",
        ),
        ("/lines", Message::text("x".repeat(1001)), 1009, "text message over 1000 bytes"),
        ("/blobs", Message::binary(vec![0; 4 << 20]), 1009, "binary message over 65536 bytes"),
    ] {
        let mut client = service.connect(path).await;
        within(client.send(message)).await.unwrap();
        assert_eq!(closed(&mut client).await, (code, reason.to_owned()), "{path}");
    }
}
