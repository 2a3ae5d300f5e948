//! A text variant that holds what is binary, always or at times.

use sockpact::{Bytes, Message, Text};

#[derive(Message)]
pub enum Out {
    #[message(text)]
    Line(Bytes),
}

#[derive(Message)]
pub enum Both {
    #[message(text)]
    Line(Vec<u8>),
    #[message(binary)]
    Picture(Text),
}

#[derive(Message)]
pub enum Nested {
    #[message(text)]
    Either(Both),
    #[message(binary)]
    Any(Message),
}

fn main() {}
