//! How a handler's return value becomes an outcome, decided by its type.

use std::marker::PhantomData;
use std::ops::Deref;

use super::{CloseReason, Declared, Endpoint, IntoMessage, Outcome, Reply, Undeclared};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::__private::close_frame;
    use crate::close::CloseFrame;
    use crate::message::Message;
    use crate::reply::{Act, Ending};

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
}
