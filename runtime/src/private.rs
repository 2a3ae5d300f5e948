//! What generated code calls. Not public API: it changes without notice.

#[path = "private/returned.rs"]
mod returned;

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

pub use crate::close::{CloseCode, CloseFrame, CloseReason, Closed};
pub use crate::codec::{DecodeError, EncodeError, FromBinary, FromText, IntoMessage};
pub use crate::endpoint::{Accepts, Contract, Endpoint, Invalid};
pub use crate::message::{Message, Text};
pub use crate::peer::Peer;
use crate::reply::Act;
pub use crate::reply::{Declared, Outcome, Reply, Undeclared, Verdict};
pub use bytes::Bytes;
pub use returned::{
    AnyWay, CloseReasonWay, ErrorWay, OrAnything, OrError, OrReply, ReplyWay, Returned, Sends, of_declared,
    of_undeclared,
};
pub use sockpact_macros::silent_on as on;
pub use std::convert::Infallible;
pub use std::future::Future;
pub use std::marker::Send;

/// The types of an endpoint, by way of which `Endpoint` has them where they may be private to a module.
pub trait Types {
    type Text;
    type Binary;
    type Sends;
}

/// Those of them that may be private, as declared: a tuple. `Here` is a type of one endpoint's own.
pub trait Declares<Here> {
    type Types;
}

/// A type of both kinds, each with a case of its own, so a handler of one kind would never see the other.
pub trait CarriesBoth {}

impl CarriesBoth for Message {}

/// A type that is always sent as binary.
pub trait CarriesBinary {}

impl CarriesBinary for Bytes {}

impl CarriesBinary for Vec<u8> {}

/// `Carried::<T>::BOTH`: whether `T` carries both kinds; `Carried::<T>::BINARY`: whether it is binary for certain. Its
/// own constant is found first, where its bounds hold.
#[derive(Debug)]
pub struct Carried<T>(PhantomData<T>);

impl<T: CarriesBoth> Carried<T> {
    pub const BOTH: bool = true;
}

impl<T: CarriesBinary> Carried<T> {
    pub const BINARY: bool = true;
}

pub trait CarriesOne {
    const BOTH: bool = false;
    const BINARY: bool = false;
}

impl<T> CarriesOne for Carried<T> {}

pin_project_lite::pin_project! {
    /// A handler's future, whose output is made an outcome.
    ///
    /// It has no bounds but those of its own `Future`, so a wrong handler type is reported where the macro names
    /// it and nowhere else.
    #[derive(Debug)]
    pub struct Settle<F, C> {
        #[pin]
        handler: F,
        convert: C,
    }
}

/// Runs a handler and makes its return value an outcome.
///
/// It is passed in a tuple, so the expression that takes it out can have the span of the whole return type.
pub fn settle<F, C, O>(handler: F, convert: C) -> Settle<F, C>
where
    F: Future,
    C: Fn((F::Output,)) -> O,
{
    Settle { handler, convert }
}

impl<F, C, O> Future for Settle<F, C>
where
    F: Future,
    C: Fn((F::Output,)) -> O,
{
    type Output = O;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<O> {
        let this = self.project();
        this.handler.poll(context).map(|returned| (this.convert)((returned,)))
    }
}

/// What a handler that returns nothing asks for.
pub fn send_nothing(((),): ((),)) -> Outcome {
    Outcome::nothing()
}

/// Sends a reply of the type in `sends`; whether that is a message is asked where it is declared, and not here.
pub fn send_declared<E: Endpoint>((reply,): (E::Sends,)) -> Outcome {
    Outcome::send(reply)
}

/// The frame of a code that the macro has checked.
pub fn close_frame(code: u16, reason: &'static str) -> CloseFrame {
    CloseFrame::new(CloseCode::new(code).unwrap_or(CloseCode::INTERNAL_ERROR), reason)
}

/// Encodes the payload of a variant marked `#[message(text)]`: the mark is the contract, so it wins.
pub fn text_message(payload: impl IntoMessage) -> Result<Message, EncodeError> {
    match payload.into_message()? {
        text @ Message::Text(_) => Ok(text),
        Message::Binary(_) => Err(not_text()),
    }
}

/// Encodes it as a reply.
pub fn text_reply(payload: impl IntoMessage) -> Result<Outcome, EncodeError> {
    match payload.__into_reply()? {
        Outcome(Act::Send(Message::Binary(_))) => Err(not_text()),
        text => Ok(text),
    }
}

#[cold]
fn not_text() -> EncodeError {
    EncodeError::new("a variant marked `#[message(text)]` was encoded as binary")
}

/// Encodes the payload of a variant marked `#[message(binary)]`, as binary also where its type alone would be text.
pub fn binary_message(payload: impl IntoMessage) -> Result<Message, EncodeError> {
    payload.into_message().map(|message| match message {
        Message::Text(text) => Message::Binary(text.into()),
        binary @ Message::Binary(_) => binary,
    })
}

/// Encodes it as a reply.
pub fn binary_reply(payload: impl IntoMessage) -> Result<Outcome, EncodeError> {
    binary_message(payload).map(|message| Outcome(Act::Send(message)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_a_variant_wins_over_that_of_its_payload() {
        assert!(matches!(binary_message("line"), Ok(Message::Binary(bytes)) if bytes == "line"));
        assert!(matches!(text_message("line"), Ok(Message::Text(text)) if text == "line"));
        assert!(text_message(vec![1]).is_err());
        let sent = |reply: Result<Outcome, EncodeError>| reply.map(|outcome| outcome.0);
        assert!(
            matches!(sent(binary_reply("line")), Ok(Act::Send(Message::Binary(bytes))) if bytes == "line")
        );
        assert!(matches!(sent(text_reply("line")), Ok(Act::Send(Message::Text(text))) if text == "line"));
        assert!(text_reply(vec![1]).is_err());
        #[cfg(feature = "json")]
        assert!(matches!(sent(text_reply(crate::Json(1))), Ok(Act::SendEncoded(_))));
    }
}
