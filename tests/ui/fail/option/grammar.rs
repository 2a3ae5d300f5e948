#![allow(unused)]
use sockpact::endpoint;

#[endpoint(text binary)]
async fn no_comma(message: sockpact::Message) {}

#[endpoint("text")]
async fn quoted(message: String) {}

#[endpoint(text, , max_text = "1 KiB" "2 KiB")]
async fn commas(message: String) {}

#[endpoint(text, max_text "64 KiB", subprotocols ["chat.v1"])]
async fn no_equals(message: String) {}

#[endpoint(text, max_text = "64 KiB"usize)]
async fn suffix(message: String) {}

fn main() {}
