#![allow(unused)]
use sockpact::endpoint;

struct Chat;

#[endpoint(text)]
impl Chat {
    #[on(txt)]
    async fn misspelled(&mut self, line: String) {}

    #[on]
    async fn bare(&mut self, line: String) {}

    #[on(text, binary)]
    async fn list(&mut self, line: String) {}

    #[on(text)]
    #[on(binary)]
    async fn twice(&mut self, line: String) {}

    #[on(text)]
    const NOT_A_METHOD: u8 = 1;
}

fn main() {}
