//! How messages reach a handler: by a function, as one type for both kinds, and when they do not decode.

use sockpact::{Cause, CloseCode, CloseFrame, Invalid, Json, Outcome, Reply, Verdict, Violation, endpoint};
use sockpact_tests::{binary, close, text};

use super::{ended, serve};

#[endpoint(text)]
async fn shout(line: String) -> String {
    line.to_uppercase()
}

#[tokio::test]
async fn a_function_answers_each_message() {
    let (mut peer, served) = serve(shout);
    peer.send(&[text("one"), text("two")].concat()).await;
    assert_eq!(peer.read_text().await, "ONE");
    assert_eq!(peer.read_text().await, "TWO");
    peer.send(&close(1000, "done")).await;
    assert_eq!(peer.expect_close().await, 1000);
    let closed = ended(peer, served).await;
    assert_eq!((closed.code(), closed.reason(), closed.is_clean()), (1000, "done", true));
    assert_eq!(closed.cause(), &Cause::Peer);
}

/// Answers what does not decode, and stays open.
#[derive(Clone)]
struct Patient;

#[endpoint(text, sends = Json<i64>)]
impl Patient {
    #[on(text)]
    async fn double(&mut self, Json(number): Json<i64>) -> Json<i64> {
        Json(number * 2)
    }

    #[on(invalid)]
    async fn invalid(&mut self, invalid: Invalid<'_>) -> Verdict<Json<i64>> {
        match invalid.payload() {
            b"ignore" => Verdict::Ignore,
            b"close" => Verdict::Close(CloseFrame::new(CloseCode::POLICY_VIOLATION, "no")),
            b"refuse" => Verdict::Refuse,
            _ => Verdict::Reply(Json(-1)),
        }
    }
}

#[tokio::test]
async fn an_invalid_message_may_be_answered() {
    let (mut peer, _served) = serve(Patient);
    peer.send(&[text("what"), text("ignore"), text("21"), text("close")].concat()).await;
    assert_eq!(peer.read_text().await, "-1");
    assert_eq!(peer.read_text().await, "42");
    let frame = peer.read_frame().await.unwrap();
    assert_eq!(frame.close(), Some((1008, "no".into())));

    let (mut peer, served) = serve(Patient);
    peer.send(&text("refuse")).await;
    assert_eq!(peer.expect_close().await, 1007);
    assert!(matches!(ended(peer, served).await.cause(), Cause::Violation(Violation::Undecodable { .. })));
}

/// Mixed traffic in one type.
#[derive(Debug, PartialEq, sockpact::Message)]
enum Mixed {
    #[message(text)]
    Line(String),
    #[message(binary)]
    Blob(Vec<u8>),
}

#[endpoint(text, binary)]
async fn swap(message: Mixed) -> Mixed {
    match message {
        Mixed::Line(line) => Mixed::Blob(line.into_bytes()),
        Mixed::Blob(blob) => Mixed::Line(format!("{blob:?}")),
    }
}

#[tokio::test]
async fn one_type_for_both_kinds() {
    let (mut peer, _served) = serve(swap);
    peer.send(&[text("ab"), binary([7])].concat()).await;
    let frame = peer.read_frame().await.unwrap();
    assert_eq!((frame.opcode, frame.payload.as_slice()), (2, b"ab".as_slice()));
    assert_eq!(peer.read_text().await, "[7]");
}

/// A reply written by hand.
enum Step {
    Say(&'static str),
    Leave,
}

impl<Sends> Reply<Sends> for Step {
    fn into_outcome(self) -> Outcome {
        match self {
            Self::Say(line) => Outcome::send(line),
            Self::Leave => Outcome::close(CloseFrame::new(CloseCode::NORMAL_CLOSURE, "that was all")),
        }
    }
}

#[endpoint(text)]
async fn steps(_: String) -> Vec<Vec<Step>> {
    vec![vec![Step::Say("one"), Step::Say("two"), Step::Leave], vec![Step::Say("three")]]
}

#[tokio::test]
async fn what_was_said_before_a_close_is_sent() {
    let (mut peer, _served) = serve(steps);
    peer.send(&text("go")).await;
    assert_eq!(peer.read_text().await, "one");
    assert_eq!(peer.read_text().await, "two");
    let frame = peer.read_frame().await.unwrap();
    assert_eq!(frame.close(), Some((1000, "that was all".into())));
}
