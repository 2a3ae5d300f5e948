//! Messages whose types have `&`, braces or parentheses in them, and borrow nothing; a constant beside the handlers.
#![deny(warnings)]
#![allow(unused_parens)]

use std::marker::PhantomData;

use sockpact::{DecodeError, Endpoint, FromText, IntoEndpoint, Json, Peer, endpoint};

struct Sized<const N: usize>;

impl<const N: usize> FromText for Sized<N> {
    fn from_text(_: &str) -> Result<Self, DecodeError> {
        Ok(Self)
    }
}

struct Of<T>(PhantomData<T>);

impl<T> FromText for Of<T> {
    fn from_text(_: &str) -> Result<Self, DecodeError> {
        Ok(Self(PhantomData))
    }
}

#[endpoint(text)]
async fn in_braces(_: Sized<{ 3 & 1 }>) {}

#[endpoint(text)]
async fn of_a_function(_: Of<fn(&str) -> u8>) {}

#[endpoint(text)]
async fn for_ever(_: Of<&'static str>) {}

struct Chat;

type Other = Peer;

#[endpoint(text)]
#[rustfmt::skip]
impl Chat {
    const NOTHING: fn() = || {};

    #[on(text)]
    async fn said(&mut self, _: (Json<u8>), _: &'_ Other) {
        (Self::NOTHING)();
    }
}

fn mount<Way>(_: impl IntoEndpoint<Way>) {}

fn main() {
    fn is_endpoint<E: Endpoint>(_: E) {}
    mount(in_braces);
    mount(of_a_function);
    mount(for_ever);
    is_endpoint(Chat);
}
