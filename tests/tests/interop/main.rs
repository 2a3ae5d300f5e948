//! tokio-tungstenite's client, an independent peer, against `Server` and on streams that it accepted itself.

mod closes;
mod handshakes;
mod messages;
mod service;
mod shutdown;

use std::time::Duration;

use futures_util::{Stream, StreamExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::protocol::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

type Client<S = MaybeTlsStream<TcpStream>> = WebSocketStream<S>;

/// What takes longer has failed.
async fn within<F: Future>(future: F) -> F::Output {
    timeout(Duration::from_secs(20), future).await.expect("it takes too long")
}

/// The next message, or `None` at the end of the stream, which an error is not.
async fn next<S>(client: &mut Client<S>) -> Option<Message>
where
    Client<S>: Stream<Item = Result<Message, Error>> + Unpin,
{
    within(client.next()).await.transpose().expect("a message or an end")
}

/// The code and reason of the Close that comes next, and nothing comes behind it.
async fn closed<S>(client: &mut Client<S>) -> (u16, String)
where
    Client<S>: Stream<Item = Result<Message, Error>> + Unpin,
{
    let frame = match next(client).await {
        Some(Message::Close(Some(frame))) => frame,
        other => panic!("a Close with a code, and not {other:?}"),
    };
    assert_eq!(next(client).await, None);
    (frame.code.into(), frame.reason.to_string())
}
