#![allow(unused)]
use sockpact::endpoint;

#[endpoint(text, max_txt = "64 KiB", subprotocol = "chat.v1", idle_timeout = "30 s")]
async fn shout(line: String) -> String {
    line
}

fn main() {}
