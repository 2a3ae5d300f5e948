//! A message as the endpoint's type, or why it is none.

use std::mem::take;

use bytes::Bytes;

use super::inbox::Arrived;
use crate::codec::{DecodeError, FromBinary, FromText};
use crate::copy;
use crate::endpoint::Endpoint;
use crate::message::{Kind, Text};
use crate::wire::{BinaryPayload, Event, TextPayload};

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

/// Decodes the message of an event into what the endpoint declares.
///
/// By reference: an event that is moved first is read in other widths than it was written, and that stalls the
/// processor. Never inlined for the same reason: what it returns is written where it is read from.
#[inline(never)]
pub(super) fn message<E: Endpoint>(event: &mut Event<'_>) -> Option<Next<E>> {
    Some(match event {
        Event::Text(TextPayload::Lent(text)) => {
            next(Kind::Text, E::Text::from_text(text).map(Next::Text), || copy::bytes(text.as_bytes()).into())
        }
        Event::Text(TextPayload::Owned(text)) => owned_text(text),
        Event::Binary(BinaryPayload::Lent(bytes)) => {
            let decoded = E::Binary::from_binary(bytes).map(Next::Binary);
            next(Kind::Binary, decoded, || copy::bytes(bytes).into())
        }
        Event::Binary(BinaryPayload::Owned(bytes)) => owned_binary(&mut take(bytes).into()),
        Event::Close(_) | Event::Violation(_) | Event::Idle | Event::Lost(_) => return None,
    })
}

/// Decodes a message that arrived while a handler was still running.
pub(super) fn arrived<E: Endpoint>(arrived: &mut Arrived) -> Next<E> {
    match arrived {
        Arrived::Text(text) => owned_text(text),
        Arrived::Binary(bytes) => owned_binary(bytes),
    }
}

fn owned_text<E: Endpoint>(text: &mut Text) -> Next<E> {
    let decoded = E::Text::from_owned_text(text).map(Next::Text);
    next(Kind::Text, decoded, || take(text).into())
}

fn owned_binary<E: Endpoint>(bytes: &mut Bytes) -> Next<E> {
    let decoded = E::Binary::from_owned_binary(bytes).map(Next::Binary);
    next(Kind::Binary, decoded, || take(bytes))
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
