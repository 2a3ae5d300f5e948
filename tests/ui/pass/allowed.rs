//! What is allowed to a declaration is allowed to what is generated of it, since the same types are in that.
#![deny(warnings)]

use sockpact::{CloseReason, Endpoint, IntoEndpoint, Json, Message, endpoint};

#[deprecated]
#[derive(serde::Deserialize, serde::Serialize)]
pub struct Old {
    pub line: String,
}

#[allow(deprecated)]
#[derive(Message)]
pub enum Whole {
    #[message(text)]
    Line(Json<Old>),
}

#[derive(Message)]
pub enum Variant {
    #[message(text)]
    #[allow(deprecated)]
    Line(Json<Old>),
}

#[deprecated]
#[derive(Message)]
pub enum Deprecated {
    #[message(text)]
    Line(String),
}

#[deprecated]
#[derive(CloseReason)]
pub enum Refused {
    #[close(4000)]
    Full,
}

pub struct Chat;

#[endpoint(text, sends = Json<Old>)]
#[allow(deprecated)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, line: Json<Old>) -> Json<Old> {
        line
    }
}

pub struct Handlers;

#[endpoint(text, binary)]
impl Handlers {
    #[on(text)]
    #[expect(deprecated)]
    async fn said(&mut self, line: Json<Old>) -> Json<Old> {
        line
    }

    #[on(binary)]
    #[deprecated]
    async fn sent(&mut self, _: Vec<u8>) {}
}

#[endpoint(text)]
#[allow(deprecated)]
async fn shout(line: Json<Old>) -> Json<Old>
where
{
    line
}

fn mount<Way>(_: impl IntoEndpoint<Way>) {}

fn main() {
    fn is_endpoint<E: Endpoint>(_: E) {}
    is_endpoint(Chat);
    is_endpoint(Handlers);
    mount(shout);
}
