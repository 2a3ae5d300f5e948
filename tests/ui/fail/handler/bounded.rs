//! A `where` clause on what cannot be generic: it is true or false, and rustc would say the latter four times.
#![allow(unused)]
use sockpact::endpoint;

#[endpoint(text)]
async fn shout(line: String) -> String
where
    String: Copy,
{
    line
}

struct Chat;

#[endpoint(text)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, line: String) -> String
    where
        String: Copy,
    {
        line
    }
}

struct Holds<T>(T);

#[endpoint(text)]
impl<T: Send> Holds<T> {
    #[on(text)]
    async fn said(&mut self, line: String)
    where
        T: Copy,
    {
        let held = self.0;
    }
}

fn main() {}
