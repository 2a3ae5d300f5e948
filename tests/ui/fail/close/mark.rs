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

#[derive(CloseReason)]
#[close(crate = sockpact)]
#[close(crate = ::sockpact)]
enum CrateTwice {}

#[derive(CloseReason)]
union Union {
    code: u16,
}

fn main() {}
