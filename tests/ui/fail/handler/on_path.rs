//! `#[on]` is known by the crate's path as well, whatever that is.
#![allow(unused)]
use sockpact::{Bytes, endpoint};

mod web {
    pub use sockpact as rt;
}

struct Chat;

#[endpoint(text, crate = crate::web::rt)]
impl Chat {
    #[crate::web::rt::on(text)]
    async fn said(&mut self, line: String) {}

    #[crate::web::rt::on(binary)]
    async fn sent(&mut self, bytes: Bytes) {}
}

fn main() {}
