//! What rustc cannot parse is rustc's to report.
#![allow(unused)]
use sockpact::{Endpoint, endpoint};

struct Chat;

#[endpoint(text)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, line String) {}
}

#[endpoint(text)]
async fn shout(line String) {}

fn is_endpoint<E: Endpoint>(_: E) {}

fn main() {
    is_endpoint(Chat);
    is_endpoint(shout());
}
