#![allow(unused)]
use sockpact::{Bytes, Message, endpoint};

struct Chat;

#[endpoint(text, binary)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, line: String) {}

    #[on(text)]
    async fn said_again(&mut self, line: String) {}

    #[on(binary)]
    async fn sent(&mut self, bytes: Bytes) {}

    #[on(message)]
    async fn either(&mut self, message: Message) {}

    #[on(close)]
    async fn left(&mut self) {}

    #[on(close)]
    async fn gone(&mut self) {}
}

fn main() {}
