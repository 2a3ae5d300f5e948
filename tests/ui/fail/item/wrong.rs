#![allow(unused)]
use sockpact::endpoint;

#[endpoint(text)]
pub struct Chat {
    name: String,
}

#[endpoint(text)]
mod chat {}

#[endpoint(text)]
pub const SHOUT: fn(String) -> String = |line| line;

fn main() {}
