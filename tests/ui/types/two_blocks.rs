//! Handlers of one type in two blocks.

use sockpact::endpoint;

pub struct Chat;

#[endpoint(text)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, _: String) {}
}

#[endpoint(binary)]
impl Chat {
    #[on(binary)]
    async fn sent(&mut self, _: Vec<u8>) {}
}

fn main() {}
