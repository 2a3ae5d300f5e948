//! A message as the endpoint's type, or why it is none.

use bytes::Bytes;

use crate::codec::{DecodeError, FromBinary, FromText};
use crate::endpoint::Endpoint;
use crate::message::Kind;
use crate::wire::{BinaryPayload, TextPayload};

/// What the endpoint has to do next.
pub(super) enum Next<E: Endpoint> {
    Text(E::Text),
    Binary(E::Binary),
    /// Boxed, since it is rare.
    Invalid(Box<Undecoded>),
    Ended,
}

/// A message that is no value of the declared type.
pub(super) struct Undecoded {
    pub(super) kind: Kind,
    pub(super) payload: Bytes,
    pub(super) error: DecodeError,
}

/// Decodes a text message into what the endpoint declares.
pub(super) fn text_message<E: Endpoint>(payload: TextPayload<'_>) -> Next<E> {
    match payload {
        TextPayload::Lent(text) => {
            let decoded = E::Text::from_text(text).map(Next::Text);
            next(Kind::Text, decoded, || Bytes::copy_from_slice(text.as_bytes()))
        }
        TextPayload::Owned(mut text) => {
            let decoded = E::Text::from_owned_text(&mut text).map(Next::Text);
            next(Kind::Text, decoded, || text.into())
        }
    }
}

/// Decodes a binary message into what the endpoint declares.
pub(super) fn binary_message<E: Endpoint>(payload: BinaryPayload<'_>) -> Next<E> {
    match payload {
        BinaryPayload::Lent(bytes) => {
            let decoded = E::Binary::from_binary(bytes).map(Next::Binary);
            next(Kind::Binary, decoded, || Bytes::copy_from_slice(bytes))
        }
        BinaryPayload::Owned(bytes) => owned_binary_message(bytes.into()),
    }
}

pub(super) fn owned_binary_message<E: Endpoint>(mut bytes: Bytes) -> Next<E> {
    let decoded = E::Binary::from_owned_binary(&mut bytes).map(Next::Binary);
    next(Kind::Binary, decoded, || bytes)
}

/// What follows from what a decoder said.
fn next<E: Endpoint>(
    kind: Kind,
    decoded: Result<Next<E>, DecodeError>,
    payload: impl FnOnce() -> Bytes,
) -> Next<E> {
    decoded.unwrap_or_else(|error| {
        // It may quote the payload, which belongs in no log that is on by default.
        tracing::trace!(%error, %kind, "a message did not decode");
        Next::Invalid(Box::new(Undecoded { kind, payload: payload(), error }))
    })
}
