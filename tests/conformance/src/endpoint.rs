//! What the suite talks to, whatever is in between.

use axum::Router;
use sockpact::{Config, Message, endpoint, service};

/// The suite's largest message.
const MAX_MESSAGE: usize = 16 * 1024 * 1024;

/// The most frames that it sends one in: 4 MiB in 64 bytes each.
const MAX_FRAGMENTS: u32 = 65_536;

#[endpoint(text, binary)]
async fn both(message: Message) -> Message {
    message
}

/// The endpoint, mounted as the `echo` example mounts it.
pub(crate) fn router() -> Router {
    let config = Config::default().max_text(MAX_MESSAGE).max_binary(MAX_MESSAGE).max_fragments(MAX_FRAGMENTS);
    Router::new().route_service("/both", service(both).config(config))
}
