//! A reason is no format string; braces that name no field are sent.
#![allow(unused)]
use sockpact::CloseReason;

#[derive(CloseReason)]
enum Refused {
    #[close(4000, "no room {0}")]
    Full(u32),
    #[close(4001, "no {name:?} here")]
    Unknown { name: String },
    #[close(4002, "write {\"name\": ..} or {0}")]
    Unnamed,
}

#[derive(CloseReason)]
#[close(4003, "{0}")]
struct Why(String);

fn main() {}
