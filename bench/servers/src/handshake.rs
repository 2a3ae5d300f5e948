//! An opening handshake by hand, with nothing that a server could leave out.

use std::io::{Error, Result};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Accepts a WebSocket, whatever its path is.
///
/// # Errors
///
/// When the stream fails, or the request is not a WebSocket's.
pub async fn accept(stream: &mut TcpStream) -> Result<()> {
    // Not an array: it would stay in the future, and so in the memory of each connection.
    let mut head = Vec::with_capacity(1024);
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() > 1024 || stream.read_buf(&mut head).await? == 0 {
            return Err(Error::other("no request head of up to 1 KiB"));
        }
    }
    let head = std::str::from_utf8(&head).map_err(Error::other)?;
    let key = head.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Key: "));
    let key = key.ok_or_else(|| Error::other("no Sec-WebSocket-Key"))?;
    let digest =
        Sha1::new().chain_update(key).chain_update("258EAFA5-E914-47DA-95CA-C5AB0DC85B11").finalize();
    let response = format!(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Accept: {}\r\n\r\n",
        STANDARD.encode(digest)
    );
    stream.write_all(response.as_bytes()).await
}
