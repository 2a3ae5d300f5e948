#![allow(unused)]
use sockpact::{Bytes, Message, endpoint};

#[endpoint(kind = text)]
async fn value(line: String) {}

#[endpoint(accepts(binary))]
async fn list(bytes: Bytes) {}

#[endpoint(sockpact::text)]
async fn path(line: String) {}

#[endpoint(kinds = ["text"])]
async fn strings(line: String) {}

#[endpoint(txet)]
async fn swapped(line: String) {}

#[endpoint(text, max_text := 5)]
async fn assigned(line: String) {}

fn main() {}
