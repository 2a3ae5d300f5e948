#![allow(unused)]
use sockpact::{Bytes, Json, Message, endpoint};

struct Command;

struct Chat;

#[endpoint(text, binary)]
impl Chat {
    #[on(text)]
    async fn command(&mut self, command: Command) {}

    #[on(binary)]
    async fn sent(&mut self, text: String) {}
}

#[endpoint(text)]
async fn bytes(bytes: Vec<u8>) {}

#[endpoint(text)]
async fn json(Json(command): Json<Command>) {}

#[derive(Message)]
enum TextOnly {
    #[message(text)]
    Line(String),
}

#[endpoint(text, binary)]
async fn both(message: TextOnly) {}

fn main() {}
