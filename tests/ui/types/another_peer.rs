#![allow(unused)]
use sockpact::{Json, Peer, endpoint};

struct Chat;

#[endpoint(text, sends = Json<u64>)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, line: String, peer: &Peer<String>) {}

    #[on(close)]
    async fn left(&mut self, peer: &Peer) {}
}

#[endpoint(text)]
async fn shout(line: String, peer: Peer) {}

fn main() {}
