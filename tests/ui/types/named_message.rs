//! An enum with the name that its derive was imported by.

use sockpact::{Bytes, Message};

#[derive(Message)]
pub enum Message {
    #[message(text)]
    Words(String),
    #[message(binary)]
    Picture(Bytes),
}

fn main() {}
