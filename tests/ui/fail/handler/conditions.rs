//! Conditions where the macro cannot know how they end.
#![allow(unused)]
use sockpact::{Peer, endpoint};

struct Chat;

#[endpoint(text, binary)]
impl Chat {
    #[cfg_attr(all(), on(text))]
    async fn said(&mut self, line: String) {}

    #[on(binary)]
    async fn sent(&mut self, bytes: Vec<u8>, #[cfg(unix)] peer: &Peer) {}
}

#[endpoint(text)]
async fn shout(line: String, #[cfg(any())] peer: &Peer) {}

fn main() {}
