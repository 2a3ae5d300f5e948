//! What `/json` takes and replies.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A struct of three fields.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs)]
pub struct Entry<D> {
    pub id: u64,
    pub t: Type,
    pub d: D,
}

/// Text that is the message's own, where nothing in it is escaped.
#[derive(Deserialize, Serialize)]
#[serde(transparent)]
pub struct Borrowed<'a>(#[serde(borrow)] Cow<'a, str>);

/// The one type of an [`Entry`].
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs)]
pub enum Type {
    Msg,
}
