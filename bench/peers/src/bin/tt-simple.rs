//! tokio-tungstenite as its own echo example has it: `next`, then `send`.

use std::process::ExitCode;

use futures_util::{SinkExt, StreamExt};
use sockpact_bench_peers::MAX_MESSAGE;
use sockpact_bench_servers::run_each;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

async fn echo(stream: TcpStream) {
    let config =
        WebSocketConfig::default().max_message_size(Some(MAX_MESSAGE)).max_frame_size(Some(MAX_MESSAGE));
    let Ok(mut socket) = tokio_tungstenite::accept_async_with_config(stream, Some(config)).await else {
        return;
    };
    while let Some(Ok(message)) = socket.next().await {
        if (message.is_text() || message.is_binary()) && socket.send(message).await.is_err() {
            return;
        }
    }
}

fn main() -> ExitCode {
    run_each(echo)
}
