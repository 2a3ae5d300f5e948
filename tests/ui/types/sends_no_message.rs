//! One error for `sends`, and none wherever that is replied or sent.
#![allow(unused)]
use sockpact::{Bytes, Invalid, Json, Peer, Verdict, endpoint};

struct Event;

struct Chat;

#[endpoint(text, binary, sends = Event)]
impl Chat {
    #[on(open)]
    async fn opened(&mut self, peer: &Peer<Event>) -> Option<Event> {
        let _ = peer.send(Event).await;
        let _ = peer.sender().try_send(Event);
        None
    }

    #[on(text)]
    async fn said(&mut self, line: String) -> Result<Event, u8> {
        Ok(Event)
    }

    #[on(binary)]
    async fn sent(&mut self, bytes: Bytes) -> Vec<Event> {
        vec![Event]
    }

    #[on(invalid)]
    async fn invalid(&mut self, invalid: Invalid<'_>) -> Verdict<Event> {
        Verdict::Reply(Event)
    }
}

#[endpoint(text, sends = Json<Event>)]
async fn shout(line: String, peer: &Peer<Json<Event>>) -> Json<Event> {
    let _ = peer.send(Json(Event)).await;
    Json(Event)
}

fn main() {}
