//! What is no item has no attributes; and syntax that is not stable.
#![allow(unused)]
use sockpact::endpoint;

fn main() {
    #[endpoint(text)]
    let shout = async |line: String| line;
}

#[endpoint(text)]
async gen fn several(line: String) {}
