//! What a handler returns, and what the connection does with it.

use crate::close::CloseFrame;
use crate::codec::{EncodeError, EncodedText, IntoMessage};
use crate::message::Message;
use crate::wire::Violation;

/// What a handler's return value asks of its connection: nothing, messages to send, or a close.
#[derive(Debug)]
pub struct Outcome(pub(crate) Act);

/// What is rare is boxed: an enum whose fields are all whole words is moved in whole words, and this one is moved
/// several times for each message.
#[derive(Debug)]
pub(crate) enum Act {
    Nothing,
    Send(Message),
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "JSON alone is encoded so"))]
    SendEncoded(EncodedText),
    /// Sends these, and then ends the conversation if one reply asked for that.
    SendAll(Vec<Message>, Option<Box<Ending>>),
    End(Box<Ending>),
}

/// How a handler ends the conversation.
#[derive(Debug)]
pub(crate) enum Ending {
    Close(CloseFrame),
    Fail(Violation),
}

impl Outcome {
    /// Sends nothing and stays open.
    pub const fn nothing() -> Self {
        Self(Act::Nothing)
    }

    /// Sends one message; one that does not encode closes with 1011.
    #[inline]
    pub fn send(message: impl IntoMessage) -> Self {
        message.__into_reply().unwrap_or_else(|error| Self::unencodable(&error))
    }

    #[cold]
    fn unencodable(error: &EncodeError) -> Self {
        tracing::error!(%error, "a reply could not be encoded");
        Self::error()
    }

    /// Closes the connection with this frame.
    pub fn close(frame: CloseFrame) -> Self {
        Self(Act::End(Box::new(Ending::Close(frame))))
    }

    /// Closes the connection with 1011 and a neutral reason.
    pub fn error() -> Self {
        Self::fail(Violation::HandlerError)
    }

    /// Fails the connection.
    pub(crate) fn fail(violation: Violation) -> Self {
        Self(Act::End(Box::new(Ending::Fail(violation))))
    }

    /// One outcome for several replies; the first that closes, or could not be encoded, ends them.
    fn all(outcomes: impl Iterator<Item = Self>) -> Self {
        let mut messages = Vec::with_capacity(outcomes.size_hint().0);
        for outcome in outcomes {
            match outcome.0 {
                Act::Nothing => {}
                Act::Send(message) => messages.push(message),
                Act::SendEncoded(encoded) => messages.push(encoded.into()),
                Act::SendAll(more, None) => messages.extend(more),
                Act::SendAll(more, ending) => {
                    messages.extend(more);
                    return Self(Act::SendAll(messages, ending));
                }
                Act::End(ending) => return Self(Act::SendAll(messages, Some(ending))),
            }
        }
        Self(Act::SendAll(messages, None))
    }
}

/// A value that a handler may return, without the `Result` around it.
///
/// `Sends` is [`Declared<M>`] if the endpoint declares `sends = M`, and [`Undeclared`] otherwise; it is always
/// inferred from the endpoint.
///
/// Implement it for a reply that is not always a message:
///
/// ```
/// use sockpact::{CloseCode, CloseFrame, Outcome, Reply, endpoint};
///
/// enum Step {
///     Say(String),
///     Leave,
/// }
///
/// impl<Sends> Reply<Sends> for Step {
///     fn into_outcome(self) -> Outcome {
///         match self {
///             Self::Say(line) => Outcome::send(line),
///             Self::Leave => Outcome::close(CloseFrame::new(CloseCode::NORMAL_CLOSURE, "that was all")),
///         }
///     }
/// }
///
/// #[endpoint(text)]
/// async fn last_word(line: String) -> Vec<Step> {
///     vec![Step::Say(line), Step::Leave]
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent as a reply",
    label = "`{Self}` is not a reply of this endpoint",
    note = "a handler returns `()`, a message (`String`, `Text`, `Bytes`, `Vec<u8>`, `Json<T>`, or the type in `sends`), an `Option` or a `Vec` of one, or a `Result` of any of these"
)]
pub trait Reply<Sends> {
    /// What the connection should do.
    fn into_outcome(self) -> Outcome;
}

/// The replies of an endpoint that declares `sends = M`: values of `M`.
#[derive(Debug)]
pub struct Declared<M>(std::marker::PhantomData<M>);

/// The replies of an endpoint without `sends`: anything that can be sent.
#[derive(Debug)]
pub struct Undeclared(());

impl<M: IntoMessage> Reply<Declared<M>> for M {
    fn into_outcome(self) -> Outcome {
        Outcome::send(self)
    }
}

impl<M: IntoMessage> Reply<Undeclared> for M {
    fn into_outcome(self) -> Outcome {
        Outcome::send(self)
    }
}

impl<Sends> Reply<Sends> for Outcome {
    fn into_outcome(self) -> Outcome {
        self
    }
}

impl<Sends> Reply<Sends> for () {
    fn into_outcome(self) -> Outcome {
        Outcome::nothing()
    }
}

impl<Sends, R: Reply<Sends>> Reply<Sends> for Option<R> {
    fn into_outcome(self) -> Outcome {
        self.map_or_else(Outcome::nothing, R::into_outcome)
    }
}

impl<Sends, R: Reply<Sends>> Reply<Sends> for Vec<R> {
    fn into_outcome(self) -> Outcome {
        Outcome::all(self.into_iter().map(R::into_outcome))
    }
}

impl<Sends, R: Reply<Sends>, const N: usize> Reply<Sends> for [R; N] {
    fn into_outcome(self) -> Outcome {
        Outcome::all(self.into_iter().map(R::into_outcome))
    }
}

/// What an `#[on(invalid)]` handler decides about a message that did not decode.
#[derive(Debug, Default)]
#[non_exhaustive]
pub enum Verdict<M = Message> {
    /// Fail the connection with 1007; the default.
    #[default]
    Refuse,
    /// Send this, and stay open.
    Reply(M),
    /// Drop the message silently, and stay open.
    Ignore,
    /// Close the connection with this frame.
    Close(CloseFrame),
}
