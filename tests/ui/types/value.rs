//! An attribute that is a value.
#![allow(unused)]
use sockpact::{Endpoint, endpoint};

#[endpoint = "text"]
async fn shout(line: String) {}

fn is_endpoint<E: Endpoint>(_: E) {}

fn main() {
    is_endpoint(shout());
}
