#![allow(unused)]
use sockpact::{Bytes, Message};

#[derive(Message)]
enum Marks {
    Unmarked(String),
    #[message]
    Bare(String),
    #[message(txt)]
    Misspelled(String),
    #[message(text)]
    Line(String),
    #[message(text)]
    Second(String),
    #[message(binary)]
    #[message(text)]
    Twice(Bytes),
    #[message(text, binary)]
    Both(Bytes),
}

#[derive(Message)]
enum Payloads {
    #[message(text)]
    Nothing,
    #[message(binary)]
    Two(Bytes, Bytes),
}

#[derive(Message)]
enum Named {
    #[message(text)]
    Line { line: String },
}

#[derive(Message)]
enum Command {
    #[message(text)]
    Say { line: String },
    #[message(text)]
    Quit,
}

fn main() {}
