//! What a handler is lent is for its call, and `'static` makes it no longer.
#![allow(unused)]
use sockpact::{Closed, Invalid, Peer, Verdict, endpoint};

struct Chat;

#[endpoint(text, binary)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, line: String, peer: &'static Peer) {}

    #[on(binary)]
    async fn sent(&'static mut self, bytes: Vec<u8>) {}

    #[on(invalid)]
    async fn invalid(&mut self, invalid: Invalid<'static>) -> Verdict {
        Verdict::Ignore
    }

    #[on(close)]
    async fn left(&mut self, closed: &'static Closed) {}
}

#[endpoint(text)]
async fn shout(line: String, peer: &'static Peer) {}

struct Parts;

#[endpoint(text)]
impl Parts {
    #[on(text)]
    async fn said(&mut self, line: String) {}

    #[on(invalid)]
    async fn invalid(&mut self, invalid: &Invalid<'_>) -> Verdict {
        Verdict::Ignore
    }

    #[on(close)]
    async fn left(&mut self, code: u16, reason: String) {}
}

fn main() {}
