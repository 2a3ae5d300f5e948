//! The help is what was meant, and compiles.
#![allow(unused)]
use sockpact::{Json, endpoint};

#[endpoint(text, subprotocols = "chat.v1, chat.v2", sends = "Json<u8>", crate = "sockpact")]
async fn quoted(line: String) {}

#[endpoint(text, max_text = "64 K")]
async fn short(line: String) {}

#[endpoint(text, max_text = 64KB)]
async fn of_thousands(line: String) {}

#[endpoint(text, max_text = 64i32)]
async fn integer(line: String) {}

#[endpoint(text, sends = Json<_>)]
async fn inferred(line: String) {}

#[endpoint(text, sends = Json<&str>)]
async fn borrowed(line: String) {}

fn main() {}
