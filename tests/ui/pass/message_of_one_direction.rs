//! A message that is only received needs no `Serialize`, and one that is only sent no `Deserialize`.
#![deny(warnings)]

use serde::{Deserialize, Serialize};
use sockpact::{Bytes, FromBinary, FromText, IntoMessage, Json, Message, Text};

#[derive(Deserialize)]
struct Command {
    verb: String,
}

#[derive(Serialize)]
struct Event {
    line: String,
}

#[derive(Message)]
enum Received {
    #[message(text)]
    Command(Json<Command>),
    #[message(binary)]
    Bytes(Bytes),
}

#[derive(Message)]
enum Sent {
    #[message(text)]
    Text(Text),
    #[message(binary)]
    Event(Json<Event>),
}

#[derive(Message)]
#[allow(dead_code)]
enum Bare
where
{
    #[message(text)]
    Text(Text),
}

#[derive(Message)]
enum Holds<T: Clone>
where
    T: Send,
{
    #[message(text)]
    Text(Json<T>),
}

fn main() {
    let received = Received::from_text(r#"{"verb":"go"}"#);
    assert!(matches!(received, Ok(Received::Command(Json(Command { verb }))) if verb == "go"));
    assert!(Received::from_text("{}").is_err());
    assert!(matches!(Received::from_binary(b"abc"), Ok(Received::Bytes(bytes)) if bytes == "abc"));
    assert!(matches!(Received::from_owned_binary(&mut "abc".into()), Ok(Received::Bytes(bytes)) if bytes == "abc"));

    let text = Sent::Text("line".into()).into_message().ok();
    assert_eq!(text, Some(sockpact::Message::from("line")));
    // JSON alone is sent as text; the variant says binary.
    let event = Sent::Event(Json(Event { line: "x".to_owned() })).into_message().ok();
    assert_eq!(event, Some(sockpact::Message::Binary(r#"{"line":"x"}"#.into())));

    assert!(Holds::<u8>::from_text("1").is_ok());
    assert!(Holds::Text(Json(1)).into_message().is_ok());
}
