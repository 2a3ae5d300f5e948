//! What has `#[on]` in it, and is no place for it, is one error.
#![allow(unused)]
use sockpact::endpoint;

#[endpoint(text)]
trait Chat {
    #[on(text)]
    async fn said(&mut self, line: String);
}

fn main() {}
