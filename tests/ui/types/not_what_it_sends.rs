#![allow(unused)]
use sockpact::{Json, endpoint};

struct Chat;

#[endpoint(text, sends = Json<u64>)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, line: String) -> String {
        line
    }
}

fn main() {}
