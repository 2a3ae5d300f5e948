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
