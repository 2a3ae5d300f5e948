#![allow(unused)]
use sockpact::endpoint;

struct Event;

struct Chat;

#[endpoint(text, sends = Event)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, line: String) {}
}

fn main() {}
