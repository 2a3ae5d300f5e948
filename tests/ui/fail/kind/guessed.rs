//! Kinds as other crates write them: one error each, whatever follows.
#![allow(unused)]
use sockpact::{Bytes, Json, Kind, Message, endpoint};

#[endpoint(text: true)]
async fn colon(line: String) {}

#[endpoint(text and binary)]
async fn and(message: Message) {}

#[endpoint(Json<String>)]
async fn of_a_type(line: Json<String>) {}

#[endpoint(message)]
async fn message(message: Message) {}

#[endpoint(String)]
async fn by_payload(line: String) {}

#[endpoint(bytes)]
async fn bytes(bytes: Bytes) {}

#[endpoint(text, max-text = "4 KiB")]
async fn dash(line: String) {}

#[endpoint(txt | binary)]
async fn misspelled(message: Message) {}

fn main() {}
