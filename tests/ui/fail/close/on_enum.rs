#![allow(unused)]
use sockpact::CloseReason;

#[derive(CloseReason)]
#[close(4401, "sign in first")]
enum Why {
    SignedOut,
    Banned,
}

fn main() {}
