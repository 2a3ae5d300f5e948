//! A message type that carries a kind which its endpoint or its handler does not take, and the reverse.
#![allow(unused)]
use sockpact::{Message, endpoint};

#[derive(Message)]
enum Input {
    #[message(text)]
    Line(String),
    #[message(binary)]
    Bytes(Vec<u8>),
}

#[derive(Message)]
enum TextOnly {
    #[message(text)]
    Line(String),
}

#[derive(Message)]
enum BinaryOnly {
    #[message(binary)]
    Bytes(Vec<u8>),
}

/// Neither kind: one error for each, since each could be what is missing.
struct Neither;

#[endpoint(text)]
async fn only_text(input: Input) {}

#[endpoint(binary)]
async fn only_binary(input: Input) {}

#[endpoint(text)]
async fn any(message: Message) {}

#[endpoint(text, binary)]
async fn both(input: TextOnly) {}

#[endpoint(text, binary)]
async fn neither(input: Neither) {}

struct Chat;

#[endpoint(text, binary)]
impl Chat {
    #[on(message)]
    async fn said(&mut self, input: BinaryOnly) {}
}

struct Split;

#[endpoint(text, binary)]
impl Split {
    #[on(text)]
    async fn said(&mut self, input: Input) {}

    #[on(binary)]
    async fn sent(&mut self, input: Vec<u8>) {}
}

struct Either;

#[endpoint(text, binary)]
impl Either {
    #[on(message)]
    async fn said(&mut self, input: Neither) {}
}

struct Holds<T>(T);

#[endpoint(text)]
impl<T> Holds<T> {
    #[on(text)]
    async fn said(&mut self, input: Input) {}
}

fn main() {}
