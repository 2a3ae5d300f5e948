//! An enum that is taken for one JSON message.
#![allow(unused)]
use serde::Deserialize;
use sockpact::{Message, endpoint};

#[derive(Deserialize, Message)]
enum Command {
    Join { room: String },
    Say(String),
    Leave,
}

#[derive(Message)]
#[message(crate = "sockpact")]
enum Quoted {
    #[message(text)]
    Line(String),
}

#[endpoint(text)]
async fn command(command: Command) {}

fn main() {}
