//! An endpoint or a message that must stay on its thread: one error, and none at the futures that hold it.
#![allow(unused)]
use std::rc::Rc;

use sockpact::{DecodeError, EncodeError, FromText, IntoMessage, Message, Peer, endpoint, service};

#[derive(Clone)]
struct Chat {
    room: Rc<String>,
}

#[endpoint(text)]
impl Chat {
    #[on(open)]
    async fn opened(&mut self, peer: &Peer) {
        std::future::ready(()).await;
    }

    #[on(text)]
    async fn said(&mut self, line: String) -> String {
        std::future::ready(()).await;
        line
    }

    #[on(close)]
    async fn left(&mut self) {}
}

struct Command(Rc<String>);

impl FromText for Command {
    fn from_text(text: &str) -> Result<Self, DecodeError> {
        Ok(Self(Rc::new(text.to_owned())))
    }
}

impl IntoMessage for Command {
    fn into_message(self) -> Result<Message, EncodeError> {
        Ok(self.0.as_str().into())
    }
}

#[derive(Clone)]
struct Takes;

#[endpoint(text)]
impl Takes {
    #[on(text)]
    async fn said(&mut self, command: Command) {
        std::future::ready(()).await;
        drop(command);
    }
}

#[endpoint(text)]
async fn shout(command: Command) -> String {
    std::future::ready(()).await;
    command.0.to_uppercase()
}

struct Sends;

#[endpoint(text, sends = Command)]
impl Sends {
    #[on(text)]
    async fn said(&mut self, line: String, peer: &Peer<Command>) -> Option<Command> {
        std::future::ready(()).await;
        None
    }
}

fn main() {
    let _ = service(Takes);
    let _ = service(shout);
}
