#![allow(unused)]
use sockpact::{Endpoint, endpoint};

struct Chat;

trait Says {}

#[endpoint(text)]
impl Says for Chat {}

#[endpoint(text)]
impl Says for Vec<u8> {}

trait Anything {}

#[endpoint(text)]
impl<T> Anything for T {}

fn is_endpoint<E: Endpoint>(_: E) {}

fn main() {
    is_endpoint(Chat);
}
