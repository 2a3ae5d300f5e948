//! A function for both kinds: its argument decodes from each.
#![deny(warnings, clippy::pedantic)]

use serde::{Deserialize, Serialize};
use sockpact::{Bytes, IntoEndpoint, Json, Message, endpoint};

#[derive(Deserialize, Serialize)]
struct Note {
    line: String,
}

#[derive(Message)]
enum Mixed {
    #[message(text)]
    Note(Json<Note>),
    #[message(binary)]
    Picture(Bytes),
}

#[endpoint(text, binary)]
async fn mixed(message: Mixed) -> Mixed {
    match message {
        Mixed::Note(Json(Note { line })) => Mixed::Picture(line.into_bytes().into()),
        Mixed::Picture(bytes) => Mixed::Note(Json(Note { line: format!("{} bytes", bytes.len()) })),
    }
}

#[endpoint(text, binary)]
async fn echo(message: Message) -> Message {
    message
}

#[endpoint(binary, max_binary = "1 GiB")]
async fn measure(bytes: Vec<u8>) -> String {
    bytes.len().to_string()
}

fn mount<Way>(_: impl IntoEndpoint<Way>) {}

fn main() {
    mount(mixed);
    mount(echo);
    mount(measure);
}
