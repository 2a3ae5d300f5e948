#![allow(unused)]
use sockpact::{Endpoint, IntoEndpoint};

struct Chat;

async fn shout(line: String) -> String {
    line
}

fn is_endpoint<E: Endpoint>(_: E) {}

fn mount<Way>(_: impl IntoEndpoint<Way>) {}

fn main() {
    is_endpoint(Chat);
    mount(Chat);
    mount(shout);
}
