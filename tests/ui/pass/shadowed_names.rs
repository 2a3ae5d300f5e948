//! A module without a prelude in which every name is taken.
#![deny(warnings)]
#![no_implicit_prelude]
#![allow(dead_code, non_camel_case_types, non_upper_case_globals)]

mod core {}
mod std {}

struct Result;
struct Option;
struct Ok;
struct Err;
struct Some;
struct String;
struct Vec;
struct Send;
struct Copy;
struct Clone;
struct Future;
struct Endpoint;
struct Outcome;
struct Peer;
struct Text;
struct Binary;
struct Infallible;
struct str;
struct u8;
struct u16;
const message: i32 = 0;
const peer: i32 = 0;
const returned: i32 = 0;
const payload: i32 = 0;

#[derive(::sockpact::Message)]
enum Line {
    #[message(text)]
    Line(::std::string::String),
    #[message(binary)]
    Bytes(::sockpact::Bytes),
}

#[derive(::sockpact::CloseReason)]
enum Left {
    #[close(1000, "left")]
    Left,
}

struct Chat;

#[::sockpact::endpoint(text, binary, sends = Line)]
impl Chat {
    #[on(open)]
    async fn open(&mut self, _: &::sockpact::Peer<Line>) {}

    #[on(message)]
    async fn message(&mut self, line: Line, _: &::sockpact::Peer<Line>) -> ::std::result::Result<Line, Left> {
        ::std::result::Result::Ok(line)
    }

    #[on(invalid)]
    async fn invalid(&mut self, _: ::sockpact::Invalid<'_>) -> ::sockpact::Verdict<Line> {
        ::sockpact::Verdict::Ignore
    }

    #[on(close)]
    async fn close(&mut self) {}
}

#[::sockpact::endpoint(text)]
async fn shout(line: ::std::string::String) -> ::std::string::String {
    line
}

fn main() {
    let _ = Chat;
    let _ = shout();
}
