//! A block with something in it that cannot be parsed, which rustc says once.
#![allow(unused)]
use sockpact::{Endpoint, endpoint};

struct NoHash;

#[endpoint(text)]
impl NoHash {
    on(text) async fn said(&mut self, line: String) {}
}

struct NoName;

#[endpoint(text)]
impl NoName {
    #[on(text)]
    async fn (&mut self, line: String) {}
}

struct NoFn;

#[endpoint(text)]
impl NoFn {
    #[on(text)]
    async said(&mut self, line: String) {}
}

fn is_endpoint<E: Endpoint>(_: E) {}

fn main() {
    is_endpoint(NoHash);
    is_endpoint(NoName);
    is_endpoint(NoFn);
}
