#![allow(unused)]
use sockpact::endpoint;

#[endpoint(text, max_text = 1, max_text = 2)]
async fn shout(line: String) {}

fn main() {}
