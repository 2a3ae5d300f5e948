//! What becomes of a stream whose upgrade is refused: it lingers, as one does after a Close.
//!
//! hyper hands over the stream of an upgrade request whatever the answer is, and drops it if nobody takes it: with
//! unread input that means RST, and the answer may never be read.

use std::sync::Arc;

use http::Extensions;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::time::timeout;

use super::offer::{Slot, into_socket};
use crate::config::Config;
use crate::driver;
use crate::shutdown::Shutdown;

/// Makes the stream of a request linger after the refusal, if the request asks for an upgrade.
///
/// # Panics
///
/// Outside a tokio runtime.
pub(crate) fn decline(extensions: &mut Extensions, config: &Arc<Config>, shutdown: &Shutdown) {
    if let Some(stream) = extensions.remove() {
        decline_stream(stream, extensions.remove(), config, shutdown);
    }
}

/// As [`decline`], where the handle on the stream is taken out already.
pub(super) fn decline_stream(
    stream: OnUpgrade,
    slot: Option<Slot>,
    config: &Arc<Config>,
    shutdown: &Shutdown,
) {
    let config = Arc::clone(config);
    shutdown.spawn_opening(async move {
        // Over HTTP/2 there is none: what ends there is one stream of many, and h2 sees to it. And hyper waits for ever
        // for a peer that does not take the answer.
        if let Ok(Ok(upgraded)) = timeout(config.handshake, stream).await {
            match into_socket(upgraded) {
                Ok((mut socket, _)) => driver::half_close(&mut socket, &config).await,
                Err(upgraded) => driver::half_close(&mut TokioIo::new(upgraded), &config).await,
            }
        }
        drop(slot);
    });
}
