#![allow(unused)]
use sockpact::on;

struct Chat;

impl Chat {
    #[on(text)]
    async fn said(&mut self, line: String) {}
}

fn main() {}
