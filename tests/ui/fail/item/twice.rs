//! Each attribute would see what the other has made.
#![allow(unused)]
use sockpact::{Endpoint, Message, endpoint};

struct Chat;

#[endpoint(text)]
#[endpoint(binary)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, line: String) {}
}

/// Shouts.
#[sockpact::endpoint(text)]
#[sockpact::endpoint(binary)]
async fn shout(message: Message) {}

fn is_endpoint<E: Endpoint>(_: E) {}

fn main() {
    is_endpoint(Chat);
    is_endpoint(shout());
}
