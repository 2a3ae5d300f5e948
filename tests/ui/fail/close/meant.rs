#![allow(unused)]
use sockpact::CloseReason;

#[derive(CloseReason)]
#[close(crate = "sockpact")]
enum Refused {
    #[close(4000foo, "no such suffix")]
    Suffix,
    #[close(4001, "no room for {}")]
    Next(u32),
    #[close(4002, "an empty object: {}")]
    Right,
}

fn main() {}
