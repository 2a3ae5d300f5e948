//! Long payloads, which take ways of their own: read to where they stay, and written from where they are.

use sockpact::{Cause, Message, Violation, endpoint};
use sockpact_tests::{RawPeer, binary, continuation, frame, header, masked, ping, text};
use tokio::io::{AsyncWriteExt, duplex, join, sink, split};

use super::{ended, serve_with};

#[derive(Clone)]
struct Echo;

#[endpoint(text, binary, max_text = "4 MiB", max_binary = "4 MiB")]
impl Echo {
    #[on(message)]
    async fn echo(&mut self, message: Message) -> Message {
        message
    }
}

/// Text whose characters have one to four bytes, so that reads end inside of them.
fn mixed(len: usize) -> String {
    let mut text: String = "aß漢🦀".chars().cycle().take(len * 4 / 10).collect();
    text.extend(std::iter::repeat_n('x', len - text.len()));
    text
}

fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|at| (at * 7 + at / 251) as u8).collect()
}

/// Sends messages through a stream that holds `room` bytes each way, and expects them back.
async fn exchange(messages: &[Message], out: Vec<u8>, room: usize) {
    let (ours, theirs) = duplex(room);
    let served = tokio::spawn(sockpact::serve_stream(ours, Echo, sockpact::Config::default()));
    let (reader, mut writer) = split(theirs);
    let writing = tokio::spawn(async move {
        writer.write_all(&out).await.unwrap();
        writer
    });
    let mut peer = RawPeer::new(join(reader, sink()));
    for (number, message) in messages.iter().enumerate() {
        let frame = peer.read_frame().await.unwrap();
        let (opcode, payload) = match message {
            Message::Text(text) => (1, text.as_bytes()),
            Message::Binary(bytes) => (2, &bytes[..]),
        };
        assert_eq!((frame.fin, frame.opcode), (true, opcode), "message {number}");
        assert!(frame.payload == payload, "message {number} of {} bytes", payload.len());
    }
    drop((peer, writing.await.unwrap()));
    served.await.unwrap();
}

fn one_frame(message: &Message) -> Vec<u8> {
    match message {
        Message::Text(payload) => text(payload.as_bytes()),
        Message::Binary(payload) => binary(payload),
    }
}

#[tokio::test]
async fn long_and_short_messages_come_back_in_order() {
    for (room, most) in [(1000, 100_003), (64 * 1024, 1 << 20), (8 << 20, 4 << 20)] {
        let lens = [16 * 1024 - 1, 32 * 1024, 64 * 1024 - 14, 64 * 1024, 100_003, 1 << 20, 4 << 20];
        for len in lens.into_iter().filter(|len| *len <= most) {
            let messages: [Message; 6] = [
                mixed(len).into(),
                bytes(len).into(),
                "short".into(),
                bytes(len).into(),
                bytes(3).into(),
                mixed(len).into(),
            ];
            let out = messages.iter().flat_map(one_frame).collect();
            exchange(&messages, out, room).await;
        }
    }
}

#[tokio::test]
async fn a_long_message_may_come_in_frames_of_any_length_with_pings_between() {
    let text = mixed(1 << 20);
    for part in [20_011, 40_000, 300_001] {
        let mut parts: Vec<_> = text.as_bytes().chunks(part).collect();
        let (first, last) = (parts.remove(0), parts.pop().unwrap());
        let mut out = frame(0x01, first);
        for part in parts {
            out.extend([ping(""), continuation(false, part)].concat());
        }
        out.extend(continuation(true, last));
        let (ours, theirs) = duplex(2 << 20);
        let served = tokio::spawn(sockpact::serve_stream(ours, Echo, sockpact::Config::default()));
        let mut peer = RawPeer::new(theirs);
        peer.send(&out).await;
        let echoed = loop {
            let frame = peer.read_frame().await.unwrap();
            if frame.opcode != 10 {
                break frame;
            }
        };
        assert!(echoed.opcode == 1 && echoed.payload == text.as_bytes(), "in parts of {part}");
        ended(peer, served).await;
    }
}

#[tokio::test]
async fn a_pong_comes_behind_the_long_reply_that_it_met() {
    let (ours, theirs) = duplex(64 * 1024);
    let served = tokio::spawn(sockpact::serve_stream(ours, Echo, sockpact::Config::default()));
    let (reader, mut writer) = split(theirs);
    let sent = bytes(1 << 20);
    writer.write_all(&binary(&sent)).await.unwrap();
    // The reply is on its way now, and does not get far.
    for payload in ["one", "two"] {
        writer.write_all(&ping(payload)).await.unwrap();
    }
    let mut peer = RawPeer::new(join(reader, sink()));
    assert!(peer.read_frame().await.unwrap().payload == sent);
    for payload in ["one", "two"] {
        let frame = peer.read_frame().await.unwrap();
        assert_eq!((frame.opcode, &frame.payload[..]), (10, payload.as_bytes()));
    }
    drop((peer, writer));
    served.await.unwrap();
}

#[tokio::test]
async fn a_wrong_byte_deep_inside_a_long_text_is_refused_before_its_end() {
    for wrong_at in [100, 70_000, 300_000, 900_000] {
        let (mut peer, served) = serve_with(Echo, sockpact::Config::default());
        let mut text = vec![b'a'; wrong_at];
        text.extend(b"\xed\xa0");
        // A surrogate: its second byte is the wrong one, and the message's end is never sent.
        peer.send(&header(0x81, 1 << 20)).await;
        peer.send(&masked(&text)).await;
        assert_eq!(peer.expect_close().await, 1007, "at {wrong_at}");
        let closed = ended(peer, served).await;
        assert_eq!(closed.cause(), &Cause::Violation(Violation::InvalidUtf8));
    }
}
