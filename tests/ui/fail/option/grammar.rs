#![allow(unused)]
use sockpact::endpoint;

#[endpoint(text binary)]
async fn no_comma(message: sockpact::Message) {}

#[endpoint("text")]
async fn quoted(message: String) {}

#[endpoint(text, , max_text = "1 KiB" "2 KiB")]
async fn commas(message: String) {}

fn main() {}
