//! A reply or a payload without a size, or with a lifetime that is left out, is rustc's one error.
#![allow(unused)]
use sockpact::{Message, endpoint};

struct Chat;

#[endpoint(text)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, line: String) -> str {
        todo!()
    }
}

#[endpoint(text)]
async fn object(line: String) -> dyn Send {
    todo!()
}

#[derive(Message)]
enum Unsized {
    #[message(text)]
    Line(str),
}

#[derive(Message)]
enum Object {
    #[message(text)]
    Line(dyn Send),
}

#[derive(Message)]
enum Borrows {
    #[message(text)]
    Line(&str),
}

fn main() {}
