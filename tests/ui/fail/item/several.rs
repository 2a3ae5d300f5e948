//! Four mistakes, four errors, in the order of the source.
#![allow(unused)]
use sockpact::endpoint;

struct Chat;

#[endpoint(txt, binary, max_bin = "8 MiB", subprotocols = ["chat v1"])]
impl Chat {
    #[on(text)]
    fn said(&mut self, line: String) {}
}

fn main() {}
