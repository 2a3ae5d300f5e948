#![allow(unused)]
use sockpact::endpoint;

#[endpoint(text, max_binary = "8 MiB")]
async fn shout(line: String) {}

fn main() {}
