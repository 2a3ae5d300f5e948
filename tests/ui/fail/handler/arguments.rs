#![allow(unused)]
use sockpact::{Closed, Message, Peer, endpoint};

struct Chat;

#[endpoint(text, binary)]
impl Chat {
    #[on(open)]
    async fn opened(&mut self, peer: &Peer, name: String) {}

    #[on(text)]
    async fn no_self(line: String) {}

    #[on(binary)]
    async fn no_message(&mut self) {}

    #[on(invalid)]
    async fn by_value(self) {}

    #[on(close)]
    async fn nothing() {}
}

struct Order;

#[endpoint(text, binary)]
impl Order {
    #[on(text)]
    async fn peer_first(&mut self, peer: &Peer, line: String) {}

    #[on(binary)]
    async fn peer_only(&mut self, peer: &Peer<Message>) {}

    #[on(close)]
    async fn too_many(&mut self, closed: &Closed, peer: &Peer) {}
}

struct Receivers;

#[endpoint(text, binary)]
impl Receivers {
    #[on(open)]
    async fn by_value(self, peer: &Peer) {}

    #[on(message)]
    async fn nothing(&mut self) {}
}

fn main() {}
