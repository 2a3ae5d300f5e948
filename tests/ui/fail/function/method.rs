#![allow(unused)]
use sockpact::endpoint;

struct Chat;

impl Chat {
    #[endpoint(text)]
    async fn said(&mut self, line: String) {}
}

fn main() {}
