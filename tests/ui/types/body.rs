//! A mistake in a body is rustc's alone.
#![allow(unused)]
use sockpact::endpoint;

struct Chat;

#[endpoint(text)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, line: String) -> String {
        let length: usize = line;
        line
    }
}

#[endpoint(text)]
async fn shout(line: String) -> String {
    line.to_upper()
}

fn main() {}
