//! Attributes stay with what they are for: documentation, lint levels, `cfg`.
#![deny(warnings, missing_docs)]
#![allow(unexpected_cfgs)]

use sockpact::{Endpoint, IntoEndpoint, endpoint};

/// A chat.
pub struct Chat;

/// Its handlers.
#[endpoint(text, binary)]
#[cfg(not(never))]
impl Chat {
    #![allow(clippy::unwrap_used)]

    /// In one build this,
    #[cfg(not(never))]
    #[on(text)]
    pub async fn line(&mut self, line: String) -> String {
        line
    }

    /// in another that.
    #[cfg(never)]
    #[on(text)]
    pub async fn no_line(&mut self, line: NoSuchType) -> NoSuchType {
        line
    }

    #[on(binary)]
    #[allow(unused_variables)]
    async fn bytes(&self, bytes: Vec<u8>) {
        let unused = 1;
    }

    #[on(open)]
    #[cfg(never)]
    async fn open(&mut self) {}

    /// Not a handler.
    pub const fn other(&self) -> u8 {
        1
    }
}

/// Documented.
#[endpoint(text)]
#[cfg(not(never))]
#[allow(unused_variables)]
#[deprecated(note = "use `Chat`")]
pub async fn old(line: String) {
    let unused = 1;
}

#[endpoint(text)]
#[cfg(never)]
async fn never(line: NoSuchType) {}

#[endpoint(text)]
#[expect(unused_variables)]
async fn expected(line: String) {}

fn mount<Way>(_: impl IntoEndpoint<Way>) {}

fn main() {
    fn is_endpoint<E: Endpoint>(_: E) {}
    is_endpoint(Chat);
    #[allow(deprecated)]
    mount(old);
    mount(expected);
}
