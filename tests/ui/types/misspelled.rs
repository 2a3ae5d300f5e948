#![allow(unused)]
use sockpact::{Json, endpoint};

struct Command;

struct Chat;

#[endpoint(text, binary, sends = Jsn<u64>)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, command: Json<Comand>) {}

    #[on(binary)]
    async fn sent(&mut self, bytes: Vec<u8>) -> Strin {
        todo!()
    }
}

#[endpoint(text)]
async fn shout(line: Strng) {}

fn main() {}
