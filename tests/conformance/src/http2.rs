//! The suite's HTTP/1.1 upgrade, made an extended CONNECT (RFC 8441).

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, Version};
use hyper::client::conn::http2::{self, SendRequest};
use hyper::ext::Protocol;
use hyper::upgrade::Upgraded;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// One HTTP/2 connection to the endpoint, for all streams.
#[derive(Clone)]
pub(crate) struct Connection {
    address: SocketAddr,
    sender: SendRequest<Body>,
}

/// Connects on cleartext, by prior knowledge.
pub(crate) async fn connect(address: SocketAddr) -> io::Result<Connection> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.map_err(io::Error::other)?;
    // The server's settings have to be in before the first CONNECT (RFC 8441, section 3); the executor reads them.
    while !connection.is_extended_connect_protocol_enabled() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    tokio::spawn(connection);
    Ok(Connection { address, sender })
}

impl Connection {
    /// Opens a stream for what the suite asks for, and answers the suite.
    pub(crate) async fn tunnel(mut self, suite: &mut TcpStream) -> io::Result<TokioIo<Upgraded>> {
        let head = read_head(suite).await?;
        let path = head.split_whitespace().nth(1).unwrap_or("/");
        let key = field(&head, "sec-websocket-key").unwrap_or_default();
        let request = Request::builder()
            .method(Method::CONNECT)
            .version(Version::HTTP_2)
            .uri(format!("http://{}{path}", self.address))
            .header("sec-websocket-version", field(&head, "sec-websocket-version").unwrap_or_default())
            .extension(Protocol::from_static("websocket"))
            .body(Body::empty())
            .map_err(io::Error::other)?;
        let mut answer = self.sender.send_request(request).await.map_err(io::Error::other)?;
        if answer.status() != StatusCode::OK {
            return Err(io::Error::other(format!("CONNECT was answered with {}", answer.status())));
        }
        let stream = hyper::upgrade::on(&mut answer).await.map_err(io::Error::other)?;
        let accept = derive_accept_key(key.as_bytes());
        let response = format!(
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
             sec-websocket-accept: {accept}\r\n\r\n"
        );
        suite.write_all(response.as_bytes()).await?;
        Ok(TokioIo::new(stream))
    }
}

/// Reads a request head and not a byte more: what follows is for the endpoint.
async fn read_head(suite: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(suite.read_u8().await?);
    }
    String::from_utf8(head).map_err(io::Error::other)
}

/// The value of a header field.
fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut fields = head.lines().filter_map(|line| line.split_once(':'));
    fields.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}
