//! `#[on(message)]` is the handler of every declared kind.
#![deny(warnings, clippy::pedantic)]

use sockpact::{Endpoint, Message, Text, endpoint};

#[derive(Message)]
enum Mixed {
    #[message(text)]
    Line(Text),
    #[message(binary)]
    Picture(Vec<u8>),
}

struct Both(usize);

#[endpoint(text, binary)]
impl Both {
    #[on(message)]
    async fn message(&mut self, message: Mixed) -> Text {
        match message {
            Mixed::Line(line) => line,
            Mixed::Picture(picture) => {
                self.0 += picture.len();
                self.0.to_string().into()
            }
        }
    }
}

struct TextOnly;

#[endpoint(text)]
impl TextOnly {
    #[on(message)]
    async fn message(&mut self, message: String) -> String {
        message
    }
}

fn is_endpoint<E: Endpoint>(_: E) {}

fn main() {
    is_endpoint(Both(0));
    is_endpoint(TextOnly);
}
