//! Attributes that make something else of what they are on. They are taken away, so that none of them is a second error.
#![allow(unused)]
use sockpact::{Endpoint, endpoint};

#[endpoint(text)]
#[tokio::main]
async fn program(line: String) {}

#[endpoint(text)]
#[test]
async fn tested(line: String) {}

#[endpoint(text)]
#[on(text)]
async fn handler(line: String) {}

struct Chat;

#[endpoint(text)]
#[async_trait::async_trait]
impl Chat {
    #[on(text)]
    async fn said(&mut self, line: String) {}
}

fn is_endpoint<E: Endpoint>(_: E) {}

fn main() {
    is_endpoint(program());
    is_endpoint(tested());
    is_endpoint(handler());
    is_endpoint(Chat);
}
