//! tokio-websockets as its own echo example has it.

use std::process::ExitCode;

use futures_util::{SinkExt, StreamExt};
use sockpact_bench_peers::MAX_MESSAGE;
use sockpact_bench_servers::run_each;
use tokio::net::TcpStream;
use tokio_websockets::{Config, Limits, ServerBuilder};

async fn echo(stream: TcpStream) {
    let config = Config::default().frame_size(usize::MAX);
    let limits = Limits::default().max_payload_len(Some(MAX_MESSAGE));
    let Ok((_, mut socket)) = ServerBuilder::new().config(config).limits(limits).accept(stream).await else {
        return;
    };
    while let Some(Ok(message)) = socket.next().await {
        if (message.is_text() || message.is_binary()) && socket.send(message).await.is_err() {
            return;
        }
    }
}

fn main() -> ExitCode {
    run_each(|stream| tokio::task::unconstrained(echo(stream)))
}
