//! What generated code calls. Not public API: it changes without notice.

use std::marker::PhantomData;
use std::ops::Deref;
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

/// A type of both kinds, each with a case of its own, so that a handler of one kind would never see the other.
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
    /// It has no bounds but those of its own `Future`, so that a wrong handler type is reported where the macro
    /// names it and nowhere else.
    #[derive(Debug)]
    pub struct Settle<F, C> {
        #[pin]
        handler: F,
        convert: C,
    }
}

/// Runs a handler and makes its return value an outcome.
///
/// It is passed in a tuple, so that the expression that takes it out can have the span of the whole return type.
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

/// The type of a handler's return value, which decides how it becomes an outcome. `Sends` is [`Declared`] or
/// [`Undeclared`].
///
/// `of_undeclared(&value).way()` finds the first `way` that fits: rustc looks for an inherent method on each type of the
/// chain `Returned`, [`OrError`], [`OrReply`], [`OrAnything`], and passes over one whose bounds do not hold. So
/// `CloseReason` is asked for and not demanded, and any error type will do; and where `sends` is no message, which is an
/// error there, any reply will.
#[derive(Debug)]
pub struct Returned<Sends, T>(PhantomData<fn() -> (Sends, T)>);

/// What a handler of an endpoint with `sends` returns.
pub const fn of_declared<E: Endpoint, T>(_: &(T,)) -> Returned<Declared<E::Sends>, T> {
    Returned(PhantomData)
}

/// What a handler of an endpoint without `sends` returns.
pub const fn of_undeclared<T>(_: &(T,)) -> Returned<Undeclared, T> {
    Returned(PhantomData)
}

#[derive(Debug)]
pub struct OrError<Sends, T>(PhantomData<fn() -> (Sends, T)>);

#[derive(Debug)]
pub struct OrReply<Sends, T>(PhantomData<fn() -> (Sends, T)>);

#[derive(Debug)]
pub struct OrAnything;

/// [`Undeclared`], and what is [`Declared`] and can be sent.
pub trait Sends {}

impl Sends for Undeclared {}

impl<M: IntoMessage> Sends for Declared<M> {}

/// A `Result` whose error has a close frame.
impl<S: Sends, R, E: CloseReason> Returned<S, Result<R, E>> {
    pub const fn way(&self) -> CloseReasonWay<S> {
        CloseReasonWay(PhantomData)
    }
}

/// A `Result` with any other error.
impl<S: Sends, R, E> OrError<S, Result<R, E>> {
    pub const fn way(&self) -> ErrorWay<S> {
        ErrorWay(PhantomData)
    }
}

/// Everything else.
impl<S: Sends, T> OrReply<S, T> {
    pub const fn way(&self) -> ReplyWay<S> {
        ReplyWay(PhantomData)
    }
}

impl<Sends, T> Deref for Returned<Sends, T> {
    type Target = OrError<Sends, T>;

    fn deref(&self) -> &Self::Target {
        &OrError(PhantomData)
    }
}

impl<Sends, T> Deref for OrError<Sends, T> {
    type Target = OrReply<Sends, T>;

    fn deref(&self) -> &Self::Target {
        &OrReply(PhantomData)
    }
}

impl<Sends, T> Deref for OrReply<Sends, T> {
    type Target = OrAnything;

    fn deref(&self) -> &Self::Target {
        &OrAnything
    }
}

impl OrAnything {
    pub const fn way(&self) -> AnyWay {
        AnyWay
    }
}

#[derive(Debug)]
pub struct CloseReasonWay<Sends>(PhantomData<Sends>);

#[derive(Debug)]
pub struct ErrorWay<Sends>(PhantomData<Sends>);

#[derive(Debug)]
pub struct ReplyWay<Sends>(PhantomData<Sends>);

#[derive(Debug)]
pub struct AnyWay;

impl<Sends> CloseReasonWay<Sends> {
    pub fn outcome<R: Reply<Sends>, E: CloseReason>(self, returned: Result<R, E>) -> Outcome {
        returned.map_or_else(|error| Outcome::close(error.close_frame()), R::into_outcome)
    }
}

impl<Sends> ErrorWay<Sends> {
    pub fn outcome<R: Reply<Sends>, E>(self, returned: Result<R, E>) -> Outcome {
        returned.map_or_else(|_| Outcome::error(), R::into_outcome)
    }
}

impl<Sends> ReplyWay<Sends> {
    pub fn outcome<R: Reply<Sends>>(self, returned: R) -> Outcome {
        returned.into_outcome()
    }
}

impl AnyWay {
    pub fn outcome<R>(self, _: R) -> Outcome {
        Outcome::error()
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
    use crate::reply::Ending;

    struct Why;

    impl CloseReason for Why {
        fn close_frame(&self) -> CloseFrame {
            close_frame(4401, "sign in first")
        }
    }

    const fn of<Sends, T>(_: &(T,)) -> Returned<Sends, T> {
        Returned(PhantomData)
    }

    /// As the macro writes it.
    macro_rules! outcome {
        ($sends:ty, $value:expr) => {{
            let returned = ($value,);
            of::<$sends, _>(&returned).way().outcome(returned.0).0
        }};
    }

    #[test]
    fn an_error_closes_with_its_own_code_if_it_has_one() {
        let Act::End(ending) = outcome!(Undeclared, Err::<String, Why>(Why)) else { panic!() };
        let Ending::Close(frame) = *ending else { panic!() };
        assert_eq!((frame.code().get(), frame.reason()), (4401, "sign in first"));
        let boxed = outcome!(Undeclared, Err::<String, Box<dyn CloseReason>>(Box::new(Why)));
        let Act::End(ending) = boxed else { panic!() };
        assert!(matches!(*ending, Ending::Close(frame) if frame.code().get() == 4401));
        assert!(matches!(outcome!(Undeclared, Err::<(), u8>(1)), Act::End(_)));
        assert!(matches!(outcome!(Undeclared, Ok::<(), u8>(())), Act::Nothing));
    }

    #[test]
    fn replies_are_sent() {
        assert!(matches!(outcome!(Undeclared, "line"), Act::Send(Message::Text(_))));
        assert!(matches!(outcome!(Undeclared, Ok::<_, Why>(vec![1_u8])), Act::Send(Message::Binary(_))));
        assert!(matches!(outcome!(Declared<String>, Some(String::new())), Act::Send(Message::Text(_))));
        assert!(matches!(outcome!(Declared<String>, Ok::<_, u8>(vec![String::new()])), Act::SendAll(..)));
        assert!(matches!(outcome!(Declared<String>, ()), Act::Nothing));
        // It does not compile beside its endpoint, whose `sends` is no message, and whose one error that is.
        assert!(matches!(outcome!(Declared<u8>, Some(1_u8)), Act::End(_)));
    }

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
