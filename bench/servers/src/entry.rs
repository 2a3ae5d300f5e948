//! What `/json` takes and replies.

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

/// The one type of an [`Entry`].
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs)]
pub enum Type {
    Msg,
}
