#![allow(unused)]
use sockpact::endpoint;

const V3: &str = "chat.v3";

#[endpoint(text, subprotocols = ["chat.v1", "chat v1", "", "chat.v1", V3, "große"])]
async fn names(line: String) {}

#[endpoint(text, subprotocols = [])]
async fn none(line: String) {}

fn main() {}
