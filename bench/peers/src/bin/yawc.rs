//! yawc as its own echo example has it, over hyper, with its check of UTF-8 on.

use std::process::ExitCode;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use sockpact_bench_peers::MAX_MESSAGE;
use sockpact_bench_servers::run_each;
use yawc::{OpCode, Options, UpgradeFut, WebSocket, WebSocketError};

async fn echo(upgrade: UpgradeFut) -> std::result::Result<(), WebSocketError> {
    let mut socket = upgrade.await?;
    while let Some(frame) = socket.next().await {
        if matches!(frame.opcode(), OpCode::Text | OpCode::Binary) {
            socket.send(frame).await?;
        }
    }
    Ok(())
}

async fn accept(
    mut request: Request<Incoming>,
) -> std::result::Result<Response<Empty<Bytes>>, WebSocketError> {
    // Its limits are exclusive.
    let options = Options::default()
        .with_utf8()
        .with_max_payload_read(MAX_MESSAGE + 1)
        .with_max_read_buffer(2 * MAX_MESSAGE);
    let (response, upgrade) = WebSocket::upgrade_with_options(&mut request, options)?;
    tokio::spawn(echo(upgrade));
    Ok(response)
}

fn main() -> ExitCode {
    run_each(|stream| {
        http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(accept)).with_upgrades()
    })
}
