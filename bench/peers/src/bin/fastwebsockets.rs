//! fastwebsockets as its own echo example has it, over hyper.

use std::process::ExitCode;

use bytes::Bytes;
use fastwebsockets::{FragmentCollector, OpCode, WebSocketError, upgrade};
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use sockpact_bench_peers::MAX_MESSAGE;
use sockpact_bench_servers::run_each;

async fn echo(upgrade: upgrade::UpgradeFut) -> std::result::Result<(), WebSocketError> {
    let mut socket = upgrade.await?;
    socket.set_max_message_size(MAX_MESSAGE);
    let mut socket = FragmentCollector::new(socket);
    loop {
        let frame = socket.read_frame().await?;
        match frame.opcode {
            OpCode::Close => return Ok(()),
            OpCode::Text | OpCode::Binary => socket.write_frame(frame).await?,
            _ => {}
        }
    }
}

async fn accept(
    mut request: Request<Incoming>,
) -> std::result::Result<Response<Empty<Bytes>>, WebSocketError> {
    let (response, upgrade) = upgrade::upgrade(&mut request)?;
    tokio::spawn(tokio::task::unconstrained(echo(upgrade)));
    Ok(response)
}

fn main() -> ExitCode {
    run_each(|stream| {
        http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(accept)).with_upgrades()
    })
}
