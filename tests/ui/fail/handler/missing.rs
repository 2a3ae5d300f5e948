#![allow(unused)]
use sockpact::endpoint;

struct Chat;

#[endpoint(text, binary)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, line: String) {}
}

fn main() {}
