//! An endpoint that nothing mounts is dead code, as any function is.
#![deny(dead_code)]
use sockpact::endpoint;

#[endpoint(text)]
async fn shout(line: String) -> String {
    line
}

fn main() {}
