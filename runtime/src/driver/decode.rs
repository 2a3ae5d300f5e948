//! A message as the endpoint's type, or why it is none.

use std::panic::{AssertUnwindSafe, catch_unwind};

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
    /// The decoder of a user's type panicked.
    Panicked,
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
        TextPayload::Lent(text) => match guard(|| E::Text::from_text(text)) {
            Some(Ok(message)) => Next::Text(message),
            Some(Err(error)) => undecoded(Kind::Text, Bytes::copy_from_slice(text.as_bytes()), error),
            None => Next::Panicked,
        },
        TextPayload::Owned(mut text) => match guard(|| E::Text::from_owned_text(&mut text)) {
            Some(Ok(message)) => Next::Text(message),
            Some(Err(error)) => undecoded(Kind::Text, text.into(), error),
            None => Next::Panicked,
        },
    }
}

/// Decodes a binary message into what the endpoint declares.
pub(super) fn binary_message<E: Endpoint>(payload: BinaryPayload<'_>) -> Next<E> {
    match payload {
        BinaryPayload::Lent(bytes) => match guard(|| E::Binary::from_binary(bytes)) {
            Some(Ok(message)) => Next::Binary(message),
            Some(Err(error)) => undecoded(Kind::Binary, Bytes::copy_from_slice(bytes), error),
            None => Next::Panicked,
        },
        BinaryPayload::Owned(bytes) => owned_binary_message(bytes.into()),
    }
}

pub(super) fn owned_binary_message<E: Endpoint>(mut bytes: Bytes) -> Next<E> {
    match guard(|| E::Binary::from_owned_binary(&mut bytes)) {
        Some(Ok(message)) => Next::Binary(message),
        Some(Err(error)) => undecoded(Kind::Binary, bytes, error),
        None => Next::Panicked,
    }
}

/// Runs the decoder of a user's type, which may panic like any handler.
fn guard<T>(decode: impl FnOnce() -> Result<T, DecodeError>) -> Option<Result<T, DecodeError>> {
    catch_unwind(AssertUnwindSafe(decode)).ok()
}

fn undecoded<E: Endpoint>(kind: Kind, payload: Bytes, error: DecodeError) -> Next<E> {
    // It may quote the payload, which belongs in no log that is on by default.
    tracing::trace!(%error, %kind, "a message did not decode");
    Next::Invalid(Box::new(Undecoded { kind, payload, error }))
}
