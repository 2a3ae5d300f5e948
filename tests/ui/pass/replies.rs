//! What a handler may return: with `sends` values of that type, and without it whatever can be sent.
#![deny(warnings, clippy::pedantic)]

use std::fmt;

use sockpact::{Bytes, CloseCode, CloseFrame, CloseReason, IntoEndpoint, Text, endpoint};

#[endpoint(text)]
async fn nothing(_: Text) {}

#[endpoint(text)]
async fn perhaps(line: String) -> Option<String> {
    Some(line).filter(|line| !line.is_empty())
}

#[endpoint(text)]
async fn several(line: String) -> Vec<Bytes> {
    vec![line.into()]
}

#[endpoint(text)]
async fn constant(_: Text) -> &'static str {
    "constant"
}

#[endpoint(text, sends = String)]
async fn pair(line: String) -> [String; 2] {
    [line.clone(), line]
}

/// Neither `Error` nor `Debug`: it closes with 1011.
struct Plain;

#[endpoint(text)]
async fn plain(_: Text) -> Result<(), Plain> {
    Err(Plain)
}

#[endpoint(text)]
async fn formatting(_: Text) -> Result<Option<String>, fmt::Error> {
    Err(fmt::Error)
}

#[derive(CloseReason)]
#[close(4000, "enough")]
struct Enough;

#[endpoint(text, sends = Text)]
async fn reason(_: Text) -> Result<Vec<Text>, Enough> {
    Err(Enough)
}

#[endpoint(text)]
async fn frame(_: Text) -> Result<String, CloseFrame> {
    Err(CloseCode::GOING_AWAY.into())
}

#[derive(CloseReason)]
enum Generic<T> {
    #[close(3000)]
    Holds(#[allow(dead_code)] T),
}

#[endpoint(text)]
async fn generic(line: String) -> Result<(), Generic<String>> {
    Err(Generic::Holds(line))
}

fn mount<Way>(_: impl IntoEndpoint<Way>) {}

fn main() {
    mount(nothing);
    mount(perhaps);
    mount(several);
    mount(constant);
    mount(pair);
    mount(plain);
    mount(formatting);
    mount(reason);
    mount(frame);
    mount(generic);
}
