#![allow(unused)]
use sockpact::{FromBinary, FromText, IntoMessage, Message};

#[derive(Message)]
struct Line(String);

#[derive(Message)]
enum Nothing {}

#[derive(Message)]
#[message(text)]
enum OnTheType {
    #[message(text)]
    Line(String),
}

fn main() {
    fn is_message<M: FromText + FromBinary + IntoMessage>() {}
    is_message::<Line>();
    is_message::<Nothing>();
    is_message::<OnTheType>();
}
