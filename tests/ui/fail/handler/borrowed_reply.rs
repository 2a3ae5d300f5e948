//! What a call borrows ends with it, and a reply does not.
#![allow(unused)]
use sockpact::{Json, endpoint};

struct Chat(String);

#[endpoint(text, binary)]
impl Chat {
    #[on(open)]
    async fn constant(&mut self) -> Option<&'static str> {
        Some("hello")
    }

    #[on(text)]
    async fn said(&mut self, line: String) -> &str {
        &self.0
    }

    #[on(binary)]
    async fn sent(&mut self, bytes: Vec<u8>) -> Result<Option<&str>, u8> {
        Ok(Some(&self.0))
    }
}

struct Bytes(Vec<u8>);

#[endpoint(binary)]
impl Bytes {
    #[on(binary)]
    async fn sent(&mut self, bytes: Vec<u8>) -> &[u8] {
        &self.0
    }
}

fn main() {}
