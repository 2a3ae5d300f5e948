//! The endpoints of the matrix, over TCP and over TLS.

use std::io;
use std::net::SocketAddr;

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use sockpact::{DecodeError, FromBinary, FromText, MakeEndpoint, Server, Service, endpoint, service};
use sockpact_tests::{RawPeer, tls_pair};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::cell::Declared;

/// How long the reply to a message is to be: what comes after `+`, or 2 bytes. What begins with `?` does not decode.
struct Asked(usize);

impl FromText for Asked {
    fn from_text(text: &str) -> Result<Self, DecodeError> {
        match text.split_at_checked(1) {
            Some(("?", _)) => Err(DecodeError::new("as asked")),
            Some(("+", length)) => Ok(Self(length.parse().unwrap_or(2))),
            _ => Ok(Self(2)),
        }
    }
}

impl FromBinary for Asked {
    fn from_binary(bytes: &[u8]) -> Result<Self, DecodeError> {
        Self::from_text(std::str::from_utf8(bytes).unwrap_or_default())
    }
}

#[endpoint(text, max_text = "64 KiB")]
async fn text(Asked(length): Asked) -> String {
    "v".repeat(length)
}

#[endpoint(binary, max_binary = "64 KiB")]
async fn binary(Asked(length): Asked) -> Vec<u8> {
    vec![0; length]
}

#[derive(Clone)]
struct Both;

#[endpoint(text, binary, max_text = "64 KiB", max_binary = "64 KiB")]
impl Both {
    #[on(text)]
    async fn text(&mut self, Asked(length): Asked) -> String {
        "v".repeat(length)
    }

    #[on(binary)]
    async fn binary(&mut self, Asked(length): Asked) -> Vec<u8> {
        vec![0; length]
    }
}

/// Where the endpoints are.
#[derive(Clone)]
pub(super) struct Addresses {
    plain: SocketAddr,
    /// A port for each of text, binary and both.
    tls: [SocketAddr; 3],
    connector: TlsConnector,
}

/// Starts everything as tasks of this runtime.
pub(super) async fn start() -> io::Result<Addresses> {
    let (acceptor, connector) = tls_pair()?;
    let server = Server::bind("127.0.0.1:0").await?;
    let plain = server.local_addr()?;
    tokio::spawn(server.route("/text", text).route("/binary", binary).route("/both", Both).run());
    let tls = [
        serve_tls(&acceptor, service(text)).await?,
        serve_tls(&acceptor, service(binary)).await?,
        serve_tls(&acceptor, service(Both)).await?,
    ];
    Ok(Addresses { plain, tls, connector })
}

/// hyper over TLS, each connection in a task of its own.
async fn serve_tls<M: MakeEndpoint>(acceptor: &TlsAcceptor, service: Service<M>) -> io::Result<SocketAddr> {
    let listener = TcpSocket::new_v4()?;
    listener.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    let listener: TcpListener = listener.listen(4096)?;
    let address = listener.local_addr()?;
    let acceptor = acceptor.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, service) = (acceptor.clone(), TowerToHyperService::new(service.clone()));
            tokio::spawn(async move {
                let _ = stream.set_nodelay(true);
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                let _ = connection.with_upgrades().await;
            });
        }
    });
    Ok(address)
}

impl Addresses {
    async fn socket(address: SocketAddr, receive_buffer: Option<u32>) -> io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        if let Some(size) = receive_buffer {
            socket.set_recv_buffer_size(size)?;
        }
        let stream = socket.connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    pub(super) async fn plain(&self, path: &str, buffer: Option<u32>) -> io::Result<RawPeer<TcpStream>> {
        let stream = Self::socket(self.plain, buffer).await?;
        Ok(RawPeer::shake_hands(stream, "localhost", path).await)
    }

    pub(super) async fn tls(
        &self,
        declared: Declared,
        buffer: Option<u32>,
    ) -> io::Result<RawPeer<TlsStream<TcpStream>>> {
        let stream = Self::socket(self.tls[declared as usize], buffer).await?;
        let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
        let stream = self.connector.connect(name, stream).await?;
        Ok(RawPeer::shake_hands(stream, "localhost", "/").await)
    }
}
