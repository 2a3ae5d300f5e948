//! What the macros generate, compiled as if it had been written by hand: without `unsafe`, and with no more lints
//! than stand here. Of code that comes out of a macro, rustc and clippy would report less.
#![deny(warnings, clippy::pedantic)]
#![forbid(unsafe_code)]
#![allow(clippy::wildcard_imports, reason = "what is around a snapshot")]
#![allow(clippy::unreadable_literal, reason = "a limit in bytes, as it comes")]
#![allow(clippy::unit_arg, reason = "what a handler returns is a reply, and nothing is one too")]
#![allow(unreachable_pub, reason = "there is nobody to reach it")]
#![allow(unused_qualifications, reason = "what is generated knows of no import but its own")]
#![allow(clippy::borrow_deref_ref, reason = "two tokens, for an error that marks the whole of a type")]

use std::fmt::Display;

use sockpact::{
    Accepts, Bytes, CloseFrame, Closed, Contract, Endpoint, Invalid, Json, Message, Peer, Verdict,
};

struct Counter(usize);

struct Chat(u64);

struct Log<T> {
    name: Option<T>,
    lines: usize,
}

#[path = "../../macros/snapshots/block.snap.rs"]
#[rustfmt::skip]
mod block;
#[path = "../../macros/snapshots/block_of_both.snap.rs"]
#[rustfmt::skip]
mod block_of_both;
#[path = "../../macros/snapshots/every_handler.snap.rs"]
#[rustfmt::skip]
mod every_handler;
#[path = "../../macros/snapshots/function.snap.rs"]
#[rustfmt::skip]
mod function;
#[path = "../../macros/snapshots/function_of_both.snap.rs"]
#[rustfmt::skip]
mod function_of_both;

#[test]
fn each_is_an_endpoint() {
    fn contract<E: Endpoint>(_: &E) -> Contract {
        E::CONTRACT
    }
    let both = Contract::new(Accepts::Both);
    assert_eq!(contract(&function::shout()), Contract::new(Accepts::Text));
    assert_eq!(contract(&function_of_both::measure()), both.subprotocols(&["measure.v1"]).max_text(4096));
    assert_eq!(contract(&Counter(0)), Contract::new(Accepts::Text));
    assert_eq!(contract(&Chat(0)), both.max_binary(8 << 20));
    assert_eq!(contract(&Log { name: Some('n'), lines: 0 }), both);
}
