//! What rustc refuses by itself is rustc's one error.
#![allow(unused)]
use std::sync::Arc;

use sockpact::endpoint;

struct Chat;

#[endpoint(text)]
impl &Chat {
    #[on(text)]
    async fn said(&mut self, line: String) {}
}

#[endpoint(text)]
impl Vec<u8> {
    #[on(text)]
    async fn said(&mut self, line: String) {}
}

#[endpoint(text)]
impl std::rc::Rc<Chat> {
    #[on(text)]
    async fn said(&mut self, line: String) {}
}

#[endpoint(binary)]
impl u8 {
    #[on(binary)]
    async fn sent(&mut self, bytes: Vec<u8>) {}
}

struct SameName;

#[endpoint(text, binary)]
impl SameName {
    #[on(text)]
    async fn said(&mut self, line: String) {}

    #[on(binary)]
    async fn said(&mut self, bytes: Vec<u8>) {}
}

struct Twice;

#[endpoint(text)]
impl Twice {
    #[on(text)]
    async fn said(&mut self, line: String) {}

    #[on(text)]
    async fn said(&mut self, line: String) {}
}

#[endpoint(text)]
impl Arc<Chat> {
    #[on(text)]
    async fn said(&mut self, line: String) {}
}

#[endpoint(text)]
async fn inferred(line: _) {}

#[endpoint(text)]
async fn elided(line: std::borrow::Cow<str>) {}

#[endpoint(text)]
impl<T> T {
    #[on(text)]
    async fn said(&mut self, line: String) {}
}

struct Public;

#[endpoint(text)]
pub impl Public {
    #[on(text)]
    async fn said(&mut self, line: String) {}
}

fn main() {}
