//! A method that is being written: rustc's one error, and still an endpoint.
#![allow(unused)]
use sockpact::{Endpoint, endpoint};

struct Chat;

#[endpoint(text)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, line: String) -> String {
        line.
    }
}

struct Later;

#[endpoint(text)]
impl Later {
    #[on(text)]
    async fn said(&mut self, line: String) -> String;
}

#[endpoint(text)]
async fn shout(line: String) -> String {
    line.
}

fn is_endpoint<E: Endpoint>(_: E) {}

fn main() {
    is_endpoint(Chat);
    is_endpoint(Later);
    is_endpoint(shout());
}
