#![allow(unused)]
use sockpact::endpoint;

struct Chat;

#[endpoint(text)]
impl Chat {
    #[cfg(not(all()))]
    #[on(text)]
    async fn said(&mut self, line: String) {}
}

fn main() {}
