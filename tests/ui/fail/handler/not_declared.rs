#![allow(unused)]
use sockpact::{Bytes, Endpoint, endpoint};

struct Chat;

#[endpoint(text)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, line: String) {}

    #[on(binary)]
    async fn sent(&mut self, bytes: Bytes) {}
}

fn main() {
    // It is an endpoint all the same, so that the mistake is one error.
    fn is_endpoint<E: Endpoint>(_: E) {}
    is_endpoint(Chat);
}
