//! Each example as a user starts it: a process with a command line, output, signals and peers.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails panics")]

mod chat;
mod command_line;
mod echo;
mod hello;
mod process;
mod secure;
mod signals;
mod upload;

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// The address in the line that an example prints when it listens: `.. ://ADDRESS`, and whatever follows.
fn address_in(line: &str) -> SocketAddr {
    let (_, rest) = line.split_once("://").unwrap_or_else(|| panic!("no address in {line:?}"));
    rest.split([',', '/', ' ']).next().unwrap_or(rest).parse().unwrap()
}

/// The whole answer to a request; the server has to end the connection behind it.
async fn ask(address: SocketAddr, head: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("{head}\r\nHost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut answer)).await.expect("an answer").unwrap();
    answer
}
