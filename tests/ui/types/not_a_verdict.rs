#![allow(unused)]
use sockpact::{Invalid, Verdict, endpoint};

struct Chat;

#[endpoint(text, sends = String)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, line: String) {}

    #[on(invalid)]
    async fn invalid(&mut self, invalid: Invalid<'_>) -> Verdict {
        Verdict::Ignore
    }

    #[on(close)]
    async fn left(&mut self) -> Result<(), String> {
        Ok(())
    }
}

struct Silent;

#[endpoint(text)]
impl Silent {
    #[on(text)]
    async fn said(&mut self, line: String) {}

    #[on(invalid)]
    async fn invalid(&mut self, payload: Vec<u8>) {}
}

fn main() {}
