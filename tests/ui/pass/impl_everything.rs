//! Every kind, every option, every handler; and nothing to warn about.
#![deny(warnings, missing_docs, clippy::pedantic, clippy::nursery)]

use serde::{Deserialize, Serialize};
use sockpact::{Bytes, Closed, CloseReason, Invalid, Json, Peer, Verdict, endpoint};

/// What a client asks for.
#[derive(Debug, Deserialize)]
pub enum Command {
    /// To be known by this name.
    Name(String),
    /// To leave.
    Leave,
}

/// What it is told.
#[derive(Debug, Serialize)]
pub enum Event {
    /// Somebody came.
    Joined(String),
    /// A picture came.
    Picture(usize),
    /// That was no command.
    Unknown,
}

/// Why it is sent away.
#[derive(Debug, CloseReason)]
pub enum ChatError {
    /// No name.
    #[close(4401, "sign in first")]
    Nameless,
    /// By its own wish.
    #[close(1000)]
    Left {
        /// The name.
        name: String,
    },
}

/// A chat.
#[derive(Debug, Default)]
pub struct Chat {
    name: Option<String>,
}

#[endpoint(
    text,
    binary,
    subprotocols = ["chat.v1", "chat.v2"],
    max_text = "64 KiB",
    max_binary = 8_388_608,
    sends = Json<Event>
)]
impl Chat {
    /// The longest name.
    pub const LONGEST: usize = 32;

    #[on(open)]
    async fn opened(&mut self, peer: &Peer<Json<Event>>) {
        let _ = peer.send(Json(Event::Joined("you".to_owned()))).await;
    }

    /// Documented.
    #[on(text)]
    async fn command(&mut self, Json(command): Json<Command>, peer: &Peer<Json<Event>>) -> Result<(), ChatError> {
        match command {
            Command::Name(name) => {
                let _ = peer.send(Json(Event::Joined(name.clone()))).await;
                self.name = Some(name);
                Ok(())
            }
            Command::Leave => Err(self.leave()),
        }
    }

    fn leave(&mut self) -> ChatError {
        self.name.take().map_or(ChatError::Nameless, |name| ChatError::Left { name })
    }

    #[on(binary)]
    async fn picture(&mut self, image: Bytes) -> Result<Json<Event>, ChatError> {
        if self.name.is_none() {
            return Err(ChatError::Nameless);
        }
        Ok(Json(Event::Picture(image.len())))
    }

    #[on(invalid)]
    async fn invalid(&mut self, invalid: Invalid<'_>) -> Verdict<Json<Event>> {
        if invalid.payload().is_empty() { Verdict::Ignore } else { Verdict::Reply(Json(Event::Unknown)) }
    }

    #[on(close)]
    async fn left(&mut self, closed: &Closed) {
        assert!(closed.code() >= 1000);
    }
}

fn main() {
    fn is_endpoint<Way>(_: impl sockpact::IntoEndpoint<Way>) {}
    is_endpoint(Chat::default());
}
