#![allow(unused)]
use sockpact::endpoint;

struct Chat;

#[endpoint(txt, json, accepts(text))]
impl Chat {
    #[on(text)]
    async fn said(&mut self, line: String) {}
}

fn main() {}
