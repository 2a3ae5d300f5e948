//! A type whose values cannot live as long as a connection.
#![allow(unused)]
use sockpact::{Endpoint, endpoint};

trait Room {}

#[endpoint(text)]
impl dyn Room {
    #[on(text)]
    async fn said(&mut self, line: String) {}
}

struct Borrows<'a>(&'a str);

#[endpoint(text)]
impl<'a> Borrows<'a> {
    #[on(text)]
    async fn said(&mut self, line: String) {}
}

struct Elided<'a>(&'a str);

#[endpoint(text)]
impl Elided<'_> {
    #[on(text)]
    async fn said(&mut self, line: String) {}
}

fn is_endpoint<E: Endpoint>(_: E) {}

fn main() {
    is_endpoint(Borrows(""));
    is_endpoint(Elided(""));
}
