//! What generated code calls. Not public API: it changes without notice.

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

pub use crate::close::{CloseCode, CloseFrame, CloseReason, Closed};
pub use crate::codec::{DecodeError, EncodeError, FromBinary, FromText, IntoMessage};
pub use crate::endpoint::{Accepts, Contract, Endpoint, Invalid};
pub use crate::message::{Message, Text};
pub use crate::peer::Peer;
pub use crate::reply::{Declared, Outcome, Reply, Undeclared, Verdict};
pub use bytes::Bytes;
pub use std::convert::Infallible;

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

/// The type of a handler's return value, from which [`ByCloseReason`], [`ByError`] and [`ByReply`] choose how it
/// becomes an outcome. `Sends` is [`Declared`] or [`Undeclared`].
///
/// `(&&&Returned::<Sends, _>::of(&value)).way()` finds the first of the three that fits, since each stands one
/// reference further away. It asks for `CloseReason` without demanding it, so that any error type will do.
#[derive(Debug)]
pub struct Returned<Sends, T>(PhantomData<(Sends, T)>);

impl<Sends, T> Returned<Sends, T> {
    pub const fn of(_: &(T,)) -> Self {
        Self(PhantomData)
    }
}

/// A `Result` whose error has a close frame.
pub trait ByCloseReason<Sends> {
    fn way(&self) -> CloseReasonWay<Sends> {
        CloseReasonWay(PhantomData)
    }
}

/// A `Result` with any other error.
pub trait ByError<Sends> {
    fn way(&self) -> ErrorWay<Sends> {
        ErrorWay(PhantomData)
    }
}

/// Everything else.
pub trait ByReply<Sends> {
    fn way(&self) -> ReplyWay<Sends> {
        ReplyWay(PhantomData)
    }
}

impl<Sends, R, E: CloseReason> ByCloseReason<Sends> for &&Returned<Sends, Result<R, E>> {}
impl<Sends, R, E> ByError<Sends> for &Returned<Sends, Result<R, E>> {}
impl<Sends, T> ByReply<Sends> for Returned<Sends, T> {}

#[derive(Debug)]
pub struct CloseReasonWay<Sends>(PhantomData<Sends>);

#[derive(Debug)]
pub struct ErrorWay<Sends>(PhantomData<Sends>);

#[derive(Debug)]
pub struct ReplyWay<Sends>(PhantomData<Sends>);

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

/// The frame of a code that the macro has checked.
pub fn close_frame(code: u16, reason: &'static str) -> CloseFrame {
    CloseFrame::new(CloseCode::new(code).unwrap_or(CloseCode::INTERNAL_ERROR), reason)
}

/// Encodes the payload of a variant marked `#[message(text)]`: the mark is the contract, so it wins.
pub fn text_message(payload: impl IntoMessage) -> Result<Message, EncodeError> {
    match payload.into_message()? {
        text @ Message::Text(_) => Ok(text),
        Message::Binary(_) => Err(EncodeError::new("a variant marked `#[message(text)]` was encoded as binary")),
    }
}

/// Encodes the payload of a variant marked `#[message(binary)]`, as binary also where its type alone would be text.
pub fn binary_message(payload: impl IntoMessage) -> Result<Message, EncodeError> {
    payload.into_message().map(|message| match message {
        Message::Text(text) => Message::Binary(text.into()),
        binary @ Message::Binary(_) => binary,
    })
}
