#![allow(unused)]
use sockpact::{Bytes, CloseFrame, Json, Message, endpoint};

struct Event;

struct Chat;

#[endpoint(text, binary)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, line: String) -> bool {
        true
    }

    #[on(binary)]
    async fn sent(&mut self, bytes: Bytes) -> Result<Option<u64>, std::io::Error> {
        Ok(None)
    }
}

#[endpoint(text)]
async fn closing(line: String) -> Result<u64, CloseFrame> {
    Ok(1)
}

#[endpoint(text)]
async fn vector(line: String) -> Vec<u64> {
    Vec::new()
}

#[endpoint(text)]
async fn json(line: String) -> Json<Event> {
    Json(Event)
}

fn main() {}
