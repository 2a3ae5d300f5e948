//! `#[on(...)]` as other crates would have it.
#![allow(unused)]
use sockpact::{Message, endpoint};

struct Chat;

#[endpoint(text, binary)]
impl Chat {
    #[on("open")]
    async fn quoted(&mut self) {}

    #[on = "invalid"]
    async fn value(&mut self) {}

    #[on(close,)]
    async fn comma(&mut self) {}

    #[on(text = String)]
    async fn of_a_type(&mut self, line: String) {}

    #[on(text | binary)]
    async fn either(&mut self, message: Message) {}

    #[on(text)]
    #[on(text)]
    async fn again(&mut self, line: String) {}

    #[on(open)]
    #[on(close)]
    async fn two(&mut self) {}

    #[on(1)]
    async fn number(&mut self) {}

    #[on(text)]
    const SAID: fn(String) = |_| {};
}

fn main() {}
