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

struct Bodies;

#[endpoint(text, binary)]
impl Bodies {
    #[on(text)]
    const async fn both(&mut self, line: String) {}

    #[on(binary)]
    fn awaits(&mut self, bytes: Vec<u8>) {
        std::future::ready(bytes).await;
    }

    #[on(open)]
    const fn body(&mut self) {
        println!("not a constant");
    }
}

#[endpoint(text)]
pub const fn shout(number: u8) {}

fn main() {}
