//! Code with endpoints in it passes what code without them has to pass, clippy's pedantry included.
#![deny(warnings, missing_docs, missing_debug_implementations, unused_qualifications, unreachable_pub)]
#![deny(clippy::pedantic, clippy::nursery, clippy::unwrap_used, clippy::missing_const_for_fn)]
#![forbid(unsafe_code)]

use sockpact::{Bytes, CloseReason, Closed, Invalid, Json, Message, Peer, Verdict, endpoint, service};

#[derive(Debug, CloseReason)]
enum Refused {
    #[close(4401, "sign in first")]
    SignedOut,
    #[close(1008)]
    Policy,
}

#[derive(Debug, Message)]
enum Input {
    #[message(text)]
    Line(String),
    #[message(binary)]
    Blob(Bytes),
}

#[derive(Clone, Debug)]
struct Chat {
    lines: u64,
}

#[endpoint(text, binary, max_binary = 8_388_608, sends = Json<u64>)]
impl Chat {
    #[on(open)]
    async fn opened(&mut self, peer: &Peer<Json<u64>>) {
        let _ = peer.send(Json(self.lines)).await;
    }

    #[on(text)]
    async fn said(&mut self, line: String) -> Result<Json<u64>, Refused> {
        match line.len() {
            0 => Err(Refused::SignedOut),
            1..100 => Ok(Json(self.lines)),
            _ => Err(Refused::Policy),
        }
    }

    #[on(binary)]
    async fn sent(&mut self, _: Bytes) {}

    #[on(invalid)]
    async fn invalid(&mut self, _: Invalid<'_>) -> Verdict<Json<u64>> {
        Verdict::Ignore
    }

    #[on(close)]
    async fn left(&mut self, closed: &Closed) {
        assert_ne!(closed.code(), 0);
    }
}

#[endpoint(text, binary)]
async fn measure(input: Input) -> Option<String> {
    match input {
        Input::Line(line) => Some(line.len().to_string()),
        Input::Blob(blob) => (!blob.is_empty()).then(|| blob.len().to_string()),
    }
}

#[test]
fn they_can_be_mounted() {
    let _ = (service(Chat { lines: 0 }), service(measure));
}
