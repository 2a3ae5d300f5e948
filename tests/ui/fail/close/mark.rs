#![allow(unused)]
use sockpact::CloseReason;

#[derive(CloseReason)]
enum Why {
    Missing,
    #[close]
    Bare,
    #[close("sign in first")]
    NoCode,
    #[close(4000, 1)]
    NoReason,
    #[close(4000, "a", "b")]
    TooMuch,
    #[close(4000)]
    #[close(4001)]
    Twice,
}

#[derive(CloseReason)]
struct Unmarked;

#[derive(CloseReason)]
#[close(4000, "on the type")]
enum OnTheType {}

fn main() {}
