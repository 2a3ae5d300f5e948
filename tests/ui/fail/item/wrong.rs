#![allow(unused)]
use sockpact::endpoint;

#[endpoint(text)]
pub struct Chat {
    name: String,
}

#[endpoint(text)]
mod chat {}

fn main() {}
