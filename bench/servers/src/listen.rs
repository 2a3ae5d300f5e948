//! A server on bare streams: a port, and a task for each connection.

use std::io::Result;
use std::process::ExitCode;

use tokio::net::{TcpListener, TcpStream};

use crate::command_line::{announce, run};

/// Runs a server until it is killed, on a port of the loopback: each stream, with TCP_NODELAY, in a task of its own.
pub fn run_each<C>(connection: impl Fn(TcpStream) -> C) -> ExitCode
where
    C: Future<Output: Send> + Send + 'static,
{
    run(serve(connection))
}

async fn serve<C>(connection: impl Fn(TcpStream) -> C) -> Result<()>
where
    C: Future<Output: Send> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    announce(listener.local_addr())?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(connection(stream));
    }
}
