//! An attribute that there is not is rustc's one error.
#![allow(unused)]
use sockpact::{CloseReason, Message, endpoint};

struct Chat;

#[endpoint(text, binary)]
impl Chat {
    #[onn(text)]
    async fn said(&mut self, line: String) {}

    #[handler(binary)]
    async fn sent(&mut self, bytes: Vec<u8>) {}
}

struct Bare;

#[endpoint(text, binary)]
impl Bare {
    #[text]
    async fn said(&mut self, line: String) {}

    #[on_binary]
    async fn sent(&mut self, bytes: Vec<u8>) {}
}

#[derive(Message)]
enum BareKind {
    #[text]
    Line(String),
}

#[derive(CloseReason)]
enum Longer {
    #[close_reason(4401, "sign in first")]
    SignIn,
}

#[derive(Message)]
enum Input {
    #[mesage(text)]
    Line(String),
}

#[derive(CloseReason)]
enum Refused {
    #[clsoe(4401, "sign in first")]
    SignIn,
}

fn main() {}
