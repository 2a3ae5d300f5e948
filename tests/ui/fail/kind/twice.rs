#![allow(unused)]
use sockpact::endpoint;

#[endpoint(text, text)]
async fn shout(line: String) -> String {
    line
}

#[endpoint(text = true)]
async fn valued(line: String) -> String {
    line
}

fn main() {}
