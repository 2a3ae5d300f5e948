//! What an endpoint takes and sends is as public as the endpoint.
#![allow(unused)]
use sockpact::endpoint;

struct Command;

impl sockpact::FromText for Command {
    fn from_text(_: &str) -> Result<Self, sockpact::DecodeError> {
        Ok(Self)
    }
}

pub struct Chat;

#[endpoint(text)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, command: Command) {}
}

#[endpoint(text)]
pub async fn shout(command: Command) {}

fn main() {}
