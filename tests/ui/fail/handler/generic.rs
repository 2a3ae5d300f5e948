#![allow(unused)]
use sockpact::{Bytes, endpoint};

struct Chat;

#[endpoint(text, binary)]
impl Chat {
    #[on(text)]
    async fn said<T: ToString>(&mut self, line: T) {}

    #[on(binary)]
    async fn sent(&mut self, bytes: impl Into<Bytes>) {}
}

#[endpoint(text)]
async fn shout<T>(line: String) {}

fn main() {}
