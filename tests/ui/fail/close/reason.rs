#![allow(unused)]
use sockpact::CloseReason;

#[derive(CloseReason)]
enum Why {
    // 123 bytes.
    #[close(4000, "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890ok")]
    Longest,
    // 62 characters of two bytes each.
    #[close(4000, "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé")]
    TooLong,
}

fn main() {}
