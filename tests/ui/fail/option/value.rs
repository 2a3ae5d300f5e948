#![allow(unused)]
use sockpact::endpoint;

#[endpoint(text, max_text)]
async fn bare(line: String) {}

#[endpoint(text, sends = , max_text = 64 * 1024)]
async fn missing(line: String) {}

#[endpoint(text, subprotocols = "chat.v1", sends = "String", crate = Vec<u8>)]
async fn wrong(line: String) {}

#[endpoint(text, max_text("64 KiB"))]
async fn call(line: String) {}

fn main() {}
