//! sockudo-ws as its own echo example has it.

use std::process::ExitCode;

use bytes::BytesMut;
use futures_util::{SinkExt, StreamExt};
use sockpact_bench_peers::MAX_MESSAGE;
use sockpact_bench_servers::run_each;
use sockudo_ws::handshake::{build_response, generate_accept_key, parse_request};
use sockudo_ws::{Config, Error, Message, WebSocketStream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn open(stream: &mut TcpStream) -> sockudo_ws::Result<()> {
    let mut head = BytesMut::with_capacity(4096);
    loop {
        if stream.read_buf(&mut head).await? == 0 {
            return Err(Error::ConnectionClosed);
        }
        if let Some((request, _)) = parse_request(&head)? {
            let response = build_response(&generate_accept_key(request.key), None, None);
            stream.write_all(&response).await?;
            return Ok(());
        }
    }
}

async fn echo(mut stream: TcpStream) -> sockudo_ws::Result<()> {
    open(&mut stream).await?;
    let config = Config::builder().max_payload_length(MAX_MESSAGE).build();
    let mut socket = WebSocketStream::server(stream, config);
    while let Some(message) = socket.next().await {
        match message? {
            message @ (Message::Text(_) | Message::Binary(_)) => socket.send(message).await?,
            Message::Close(_) => break,
            _ => {}
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    run_each(echo)
}
