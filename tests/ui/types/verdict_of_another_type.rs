#![allow(unused)]
use sockpact::{Invalid, Json, Message, Verdict, endpoint};

struct Chat;

#[endpoint(text, sends = Json<u8>)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, line: String) {}

    #[on(invalid)]
    async fn invalid(&mut self, invalid: Invalid<'_>) -> Verdict {
        Verdict::Ignore
    }
}

#[derive(Message)]
enum Event {
    #[message(text)]
    Line(String),
}

struct Events;

#[endpoint(text, sends = Event)]
impl Events {
    #[on(text)]
    async fn said(&mut self, line: String) {}

    #[on(invalid)]
    async fn invalid(&mut self, invalid: Invalid<'_>) -> Verdict<String> {
        Verdict::Ignore
    }
}

struct Generic<T>(T);

#[endpoint(text, sends = Json<T>)]
impl<T: serde::Serialize + Send + 'static> Generic<T> {
    #[on(text)]
    async fn said(&mut self, line: String) {}

    #[on(invalid)]
    async fn invalid(&mut self, invalid: Invalid<'_>) -> Verdict<Json<u16>> {
        Verdict::Ignore
    }
}

fn main() {}
