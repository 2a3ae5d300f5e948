//! Replies of JSON, which are encoded where they are written from: of every length of a header, and behind others.

use sockpact::{Json, Peer, endpoint};
use sockpact_tests::{ping, text};

use super::serve;

/// Payloads about the lengths of a header, of a reply that is not copied, and of a buffer.
const LENGTHS: [usize; 14] =
    [2, 3, 125, 126, 127, 1024, 32_767, 32_768, 32_769, 65_525, 65_535, 65_536, 65_537, 300_000];

/// Replies with so many bytes of JSON.
#[endpoint(text)]
async fn bytes(Json(len): Json<usize>) -> Json<String> {
    Json("x".repeat(len - 2))
}

fn of(len: usize) -> String {
    format!("\"{}\"", "x".repeat(len - 2))
}

#[tokio::test]
async fn a_reply_of_any_length_is_one_frame() {
    let (mut peer, _served) = serve(bytes);
    for len in LENGTHS {
        peer.send(&text(len.to_string())).await;
        assert!(peer.read_text().await == of(len), "{len}");
    }
}

#[tokio::test]
async fn replies_to_messages_of_one_read_come_in_their_order() {
    for turn in 0..LENGTHS.len() {
        let mut lengths = LENGTHS;
        lengths.rotate_left(turn);
        let (mut peer, _served) = serve(bytes);
        peer.send(&lengths.map(|len| text(len.to_string())).concat()).await;
        for len in lengths {
            assert!(peer.read_text().await == of(len), "{len} of {lengths:?}");
        }
    }
}

#[tokio::test]
async fn a_pong_goes_before_the_reply_to_what_came_behind_its_ping() {
    let (mut peer, _served) = serve(bytes);
    for len in [2, 1024, 40_000] {
        peer.send(&[ping("now"), text(len.to_string())].concat()).await;
        let pong = peer.read_frame().await.unwrap();
        assert_eq!((pong.opcode, &pong.payload[..]), (10, &b"now"[..]));
        assert!(peer.read_text().await == of(len), "{len}");
    }
}

/// Sends as many numbers as it is told, and replies with twice their sum.
#[endpoint(text, sends = Json<u64>)]
async fn count(Json(to): Json<u64>, peer: &Peer<Json<u64>>) -> Vec<Json<u64>> {
    for number in 0..to {
        peer.send(Json(number)).await.unwrap();
    }
    vec![Json(to), Json(to)]
}

/// Sends one, and replies with the next.
#[endpoint(text, sends = Json<u64>)]
async fn next(Json(number): Json<u64>, peer: &Peer<Json<u64>>) -> Json<u64> {
    peer.send(Json(number)).await.unwrap();
    Json(number + 1)
}

#[tokio::test]
async fn a_reply_goes_behind_what_its_handler_sent() {
    let (mut peer, _served) = serve(count);
    peer.send(&text("3")).await;
    for expected in ["0", "1", "2", "3", "3"] {
        assert_eq!(peer.read_text().await, expected);
    }
    let (mut peer, _served) = serve(next);
    peer.send(&[text("1"), text("3"), text("5")].concat()).await;
    for expected in ["1", "2", "3", "4", "5", "6"] {
        assert_eq!(peer.read_text().await, expected);
    }
}

/// Sends more than is encoded at once, and replies with one more.
#[endpoint(text, sends = Json<String>)]
async fn flood(_: String, peer: &Peer<Json<String>>) -> Json<String> {
    for number in 0..30 {
        peer.try_send(Json(format!("{number} {}", "x".repeat(4096)))).unwrap();
    }
    Json("last".to_owned())
}

#[tokio::test]
async fn a_reply_waits_for_a_peer_that_takes_little() {
    let (mut peer, _served) = serve(flood);
    peer.send(&text("")).await;
    for number in 0..30 {
        assert!(peer.read_text().await.starts_with(&format!("\"{number} x")));
    }
    assert_eq!(peer.read_text().await, "\"last\"");
}

/// A number that has no JSON where it is negative.
struct Natural(i64);

impl serde::Serialize for Natural {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::{Error, SerializeSeq};
        let mut sequence = serializer.serialize_seq(None)?;
        sequence.serialize_element(&self.0)?;
        if self.0 < 0 {
            return Err(S::Error::custom("negative"));
        }
        sequence.end()
    }
}

#[endpoint(text)]
async fn natural(Json(number): Json<i64>) -> Json<Natural> {
    Json(Natural(number))
}

#[tokio::test]
async fn nothing_is_sent_of_what_has_no_encoding() {
    let (mut peer, _served) = serve(natural);
    peer.send(&[text("1"), text("-1")].concat()).await;
    assert_eq!(peer.read_text().await, "[1]");
    assert_eq!(peer.expect_close().await, 1011);
}
