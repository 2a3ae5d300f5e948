#![allow(unused)]
use sockpact::endpoint;

#[endpoint]
async fn bare(line: String) -> String {
    line
}

struct Chat;

#[endpoint(max_text = "64 KiB")]
impl Chat {
    #[on(text)]
    async fn said(&mut self, line: String) {}
}

fn main() {
    let _ = bare();
}
