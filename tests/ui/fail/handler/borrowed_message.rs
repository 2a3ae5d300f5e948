#![allow(unused)]
use sockpact::endpoint;

struct Chat;

#[endpoint(text, binary)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, line: &str) {}

    #[on(binary)]
    async fn sent(&mut self, bytes: &[u8]) {}
}

#[endpoint(text)]
async fn shout(line: &String) {}

fn main() {}
