//! A text variant that holds what is always binary.

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

fn main() {}
