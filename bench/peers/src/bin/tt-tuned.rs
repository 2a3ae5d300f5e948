//! tokio-tungstenite as fast as it goes: a read buffer of 4 KiB, `feed`, and a flush once no input is ready.
//!
//! `/json` is decoded from the message itself, and encoded into one string.

use std::future::poll_fn;
use std::process::ExitCode;
use std::task::{Poll, ready};

use futures_util::{SinkExt, StreamExt};
use sockpact_bench_peers::MAX_MESSAGE;
use sockpact_bench_servers::{Borrowed, Entry, run_each};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message, Result as Received};

/// The next message; while there is none, what was fed goes out.
async fn next(socket: &mut WebSocketStream<TcpStream>) -> Option<Received<Message>> {
    poll_fn(|cx| {
        if let Poll::Ready(message) = socket.poll_next_unpin(cx) {
            return Poll::Ready(message);
        }
        if let Err(error) = ready!(socket.poll_flush_unpin(cx)) {
            return Poll::Ready(Some(Err(error)));
        }
        Poll::Pending
    })
    .await
}

fn json(message: &Message) -> Received<Message> {
    let unsupported = |error: serde_json::Error| Error::Io(error.into());
    let entry: Entry<Borrowed<'_>> = serde_json::from_str(message.to_text()?).map_err(unsupported)?;
    Ok(Message::text(serde_json::to_string(&entry).map_err(unsupported)?))
}

async fn echo(stream: TcpStream) -> Received<()> {
    let config = WebSocketConfig::default()
        .read_buffer_size(4096)
        .max_message_size(Some(MAX_MESSAGE))
        .max_frame_size(Some(MAX_MESSAGE));
    let mut typed = false;
    #[expect(clippy::result_large_err, reason = "the callback's type is tungstenite's")]
    let on_request = |request: &Request, response: Response| {
        typed = request.uri().path() == "/json";
        Ok(response)
    };
    let mut socket =
        tokio_tungstenite::accept_hdr_async_with_config(stream, on_request, Some(config)).await?;
    while let Some(message) = next(&mut socket).await {
        match message? {
            message if typed && message.is_text() => socket.feed(json(&message)?).await?,
            message if message.is_text() || message.is_binary() => socket.feed(message).await?,
            _ => {}
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    run_each(echo)
}
