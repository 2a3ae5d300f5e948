//! The opening handshake of a client.

use std::io::{Error, Read, Result, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// The key of RFC 6455, section 1.3, and what a server has to answer it with.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// The request that asks for a WebSocket.
pub(crate) fn request(address: SocketAddr, path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n\r\n"
    )
}

/// Where the head of the response ends, if it is whole and it is the one that makes it a WebSocket.
pub(crate) fn response(head: &[u8]) -> Result<Option<usize>> {
    let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") else {
        return if head.len() < 4096 { Ok(None) } else { Err(Error::other("a response head of over 4 KiB")) };
    };
    let text = String::from_utf8_lossy(&head[..end]);
    if !text.starts_with("HTTP/1.1 101 ") || !text.contains(ACCEPT) {
        return Err(Error::other(format!("not a WebSocket: {}", text.lines().next().unwrap_or_default())));
    }
    Ok(Some(end + 4))
}

/// Opens a WebSocket. The server has to wait for the first message: what it sends before is an error.
pub(crate) fn open(address: SocketAddr, path: &str) -> Result<mio::net::TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(request(address, path).as_bytes())?;
    let mut head = Vec::new();
    loop {
        let mut bytes = [0; 1024];
        let read = stream.read(&mut bytes)?;
        if read == 0 {
            return Err(Error::other("closed during the opening handshake"));
        }
        head.extend_from_slice(&bytes[..read]);
        match response(&head)? {
            Some(end) if end == head.len() => break,
            Some(_) => return Err(Error::other("the server spoke first")),
            None => {}
        }
    }
    stream.set_nonblocking(true)?;
    Ok(mio::net::TcpStream::from_std(stream))
}
