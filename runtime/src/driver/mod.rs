//! The one task of each connection: it moves bytes between stream, session and endpoint.
//!
//! Knows buffers, tasks and deadlines, and performs what others decide: the session says what bytes mean and what
//! may be sent, the endpoint says what a message means.

mod act;
mod attend;
mod buffer;
mod connection;
mod converse;
mod decode;
mod end;
mod finish;
mod inbox;
mod input;
mod linger;
mod outbox;
mod output;
mod received;
mod timer;
mod unwritten;

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::{OptionFuture, join, select};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tracing::{Instrument, Span};

use crate::close::{Cause, Closed};
use crate::config::Config;
use crate::endpoint::{Endpoint, IntoEndpoint};
use crate::handshake::Handshake;
use crate::peer::Peer;
use crate::shutdown::Shutdown;
use crate::wire::Violation;
use connection::Connection;
use end::End;
#[cfg(feature = "service")]
pub(crate) use linger::half_close;
use linger::linger;
pub(crate) use outbox::Outbox;
pub(crate) use unwritten::WriteNow;

/// Serves an endpoint on a stream whose opening handshake is done, and returns how the connection ended.
///
/// The stream may be anything that reads and writes: TCP, TLS, a Unix socket, one half of [`tokio::io::duplex`].
/// For a fresh `tokio_tungstenite::WebSocketStream` it is its `into_inner()`: right after `accept_async` nothing
/// has been read beyond the handshake, so nothing is lost.
///
/// [`Connection`](crate::Connection) does the same, with what the handshake said and a [`Shutdown`].
///
/// # Panics
///
/// Outside a tokio runtime with its timer enabled.
///
/// # Cancel safety
///
/// Not cancel safe: if it is dropped, it drops the stream without a Close, and `#[on(close)]` does not run.
///
/// # Examples
///
/// ```
/// use sockpact::{Config, endpoint, serve_stream};
///
/// #[endpoint(text)]
/// async fn shout(line: String) -> String {
///     line.to_uppercase()
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use tokio::io::AsyncWriteExt;
///
/// let (ours, mut theirs) = tokio::io::duplex(1024);
/// // A binary frame's header, as a client would send it: refused before any payload.
/// theirs.write_all(&[0x82, 0x85, 1, 2, 3, 4]).await.unwrap();
/// drop(theirs);
/// let closed = serve_stream(ours, shout, Config::default()).await;
/// # let _ = closed;
/// # }
/// ```
pub fn serve_stream<Io, E, Way>(
    io: Io,
    endpoint: E,
    config: impl Into<Arc<Config>>,
) -> impl Future<Output = Closed>
where
    Io: AsyncRead + AsyncWrite + Unpin,
    E: IntoEndpoint<Way>,
{
    run(io, None, Bytes::new(), endpoint.into_endpoint(), None, config.into(), None)
}

/// Runs one connection from the end of its opening handshake to the drop of its stream.
///
/// `glued` is what the peer sent right after the handshake: input like any other. `write_now` tells a slow reader from
/// one that takes nothing, where the kind of stream is known.
pub(crate) fn run<Io, E>(
    io: Io,
    write_now: Option<WriteNow<Io>>,
    glued: Bytes,
    endpoint: E,
    handshake: Option<Box<Handshake>>,
    config: Arc<Config>,
    shutdown: Option<&Shutdown>,
) -> impl Future<Output = Closed> + use<Io, E>
where
    Io: AsyncRead + AsyncWrite + Unpin,
    E: Endpoint,
{
    let outbox = Arc::new(Outbox::new(&config));
    let peer = Peer::new(Arc::clone(&outbox), handshake);
    // The path alone: a query may hold a token.
    let span = tracing::info_span!(
        "websocket",
        path = peer.uri().path(),
        peer = peer.address().map(tracing::field::display),
        subprotocol = peer.subprotocol(),
        close_code = tracing::field::Empty,
    );
    let connection = Connection::new(io, write_now, glued, outbox, &E::CONTRACT, config, shutdown);
    live(connection, endpoint, peer, shutdown.cloned()).instrument(span)
}

/// The life of a connection: the conversation, the Close, the lingering.
///
/// The conversation is awaited here and not in a future of its own: each around it is a state more to be read with each
/// message.
#[expect(
    clippy::manual_async_fn,
    reason = "an `async fn` keeps its arguments twice: as they came, and as they are used"
)]
fn live<Io, E>(
    mut connection: Connection<Io>,
    mut endpoint: E,
    peer: Peer<E::Sends>,
    shutdown: Option<Shutdown>,
) -> impl Future<Output = Closed>
where
    Io: AsyncRead + AsyncWrite + Unpin,
    E: Endpoint,
{
    async move {
        let mut abandoned = Shutdown::abandoned(shutdown.as_ref());
        let ended = {
            // Nothing of the conversation is used after a panic but the connection, and the endpoint's `on_close`,
            // whose author knows.
            let conversation = AssertUnwindSafe(connection.converse(&mut endpoint, &peer)).catch_unwind();
            let mut conversation = pin!(OptionFuture::from(Some(conversation)));
            let ended = poll_fn(|context| match conversation.as_mut().poll(context) {
                Poll::Ready(ended) => Poll::Ready(ended),
                Poll::Pending => abandoned.poll_unpin(context).map(|()| None),
            })
            .await;
            // With it a handler may be dropped, and that may panic like any code of a user.
            let _ = catch_unwind(AssertUnwindSafe(|| conversation.set(None.into())));
            ended
        };
        let end = AssertUnwindSafe(connection.end(ended, abandoned)).catch_unwind();
        // No code of a user runs in it but the stream's own.
        let (closed, lingering) =
            end.await.unwrap_or_else(|_| (End::Failed(Violation::HandlerPanic).report(false, false), None));
        Span::current().record("close_code", closed.code());
        if let Cause::Violation(violation) = closed.cause() {
            tracing::info!(code = closed.code(), %violation, "failed the connection");
        }
        let (mut io, config, begun) = connection.into_parts();
        let left = leave(endpoint, &closed, &config);
        let gone = async {
            if let Some(lingering) = lingering {
                let lingered = pin!(linger(&mut io, lingering, &config));
                select(lingered, Shutdown::abandoned(shutdown.as_ref())).await;
            }
            drop(io);
        };
        let gone = AssertUnwindSafe(gone).catch_unwind();
        // Boxed, so that a connection does not have the memory of its end while it lives.
        let _ = Box::pin(join(left, gone)).await;
        // Until here: it is what wakes this task when the shutdown begins.
        drop(begun);
        closed
    }
}

/// Runs the endpoint's last handler, and drops the endpoint: what it holds, a room or a lock, is not held for as
/// long as the stream lingers.
async fn leave<E: Endpoint>(mut endpoint: E, closed: &Closed, config: &Config) {
    // It runs once whatever happened before, a panic of its own included; and it has as long as any handler has
    // after the end.
    {
        let on_close = AssertUnwindSafe(async { endpoint.on_close(closed).await }).catch_unwind();
        let mut on_close = pin!(OptionFuture::from(Some(on_close)));
        if timeout(config.closing_handshake, on_close.as_mut()).await.is_err() {
            tracing::warn!("a close handler took too long");
        }
        let _ = catch_unwind(AssertUnwindSafe(|| on_close.set(None.into())));
    }
    let _ = catch_unwind(AssertUnwindSafe(|| drop(endpoint)));
}
