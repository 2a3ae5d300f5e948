//! A message that borrows, wherever in its type; and one without a size.
#![allow(unused)]
use sockpact::{Json, Peer, endpoint};

struct Chat;

#[endpoint(text, binary)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, line: Json<&str>) {}

    #[on(binary)]
    async fn sent(&mut self, (bytes, peer): (Vec<u8>, &Peer)) {}
}

#[endpoint(text)]
async fn object(line: dyn ToString) {}

macro_rules! endpoint_of {
    ($name:ident, $message:ty) => {
        #[endpoint(text)]
        async fn $name(line: $message) {}
    };
}

endpoint_of!(by_macro, &str);

fn main() {}
