#![allow(unused)]
use sockpact::endpoint;

struct Chat;

#[endpoint(text, binary)]
impl Chat {
    #[on(text)]
    fn said(&mut self, line: String) {}

    #[on(binary)]
    async unsafe extern "C" fn sent(&mut self, bytes: Vec<u8>) {}
}

#[endpoint(text)]
pub const fn shout(number: u8) {}

fn main() {}
