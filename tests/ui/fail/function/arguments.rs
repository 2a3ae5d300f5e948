#![allow(unused)]
use sockpact::{Peer, endpoint};

#[endpoint(text)]
async fn nothing() {}

#[endpoint(binary)]
async fn peer_only(peer: &Peer) {}

#[endpoint(text, binary)]
async fn too_many(line: String, peer: &Peer, room: u32, name: String) {}

struct State<T>(T);

#[endpoint(text)]
async fn extracted(State(room): State<u32>, line: String) -> String {
    line
}

fn main() {
    let _ = (nothing(), peer_only(), too_many(), extracted());
}
