#![allow(unused)]
use sockpact::{Endpoint, endpoint};

macro_rules! handlers {
    () => {
        #[on(text)]
        async fn said(&mut self, line: String) {}

        #[on(binary)]
        async fn sent(&mut self, bytes: Vec<u8>) {}
    };
}

struct Chat;

#[endpoint(text, binary)]
impl Chat {
    handlers! {}
}

macro_rules! constants {
    () => {
        const LONGEST: usize = 80;
    };
}

struct Forgotten;

#[endpoint(text, binary)]
impl Forgotten {
    constants!();

    #[on(text)]
    async fn said(&mut self, line: String) {
        let _ = line.len() > Self::LONGEST;
    }
}

fn is_endpoint<E: Endpoint>(_: E) {}

fn main() {
    is_endpoint(Chat);
    is_endpoint(Forgotten);
}
