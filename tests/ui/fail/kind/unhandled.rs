//! A kind that nothing handles is an error, whatever a handler's body looks like.
#![allow(unused)]

use sockpact::{endpoint, on};

struct Lamp {
    log: Vec<[bool; 2]>,
    was: bool,
}

#[endpoint(text, binary)]
impl Lamp {
    #[on(text)]
    async fn switch(&mut self, line: String) {
        let on = line == "on";
        self.log.push([on, self.was]);
    }
}

struct Nested;

#[endpoint(text, binary)]
impl Nested {
    #[on(text)]
    async fn said(&mut self, _: String) {
        struct Own;

        #[endpoint(text)]
        impl Own {
            #[on(text)]
            async fn said(&mut self, _: String) {}
        }
    }
}

fn main() {}
