//! The echo endpoint's TLS listener, and the bridge's way to it.

use std::io;
use std::net::SocketAddr;

use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::{TlsAcceptor, TlsConnector, client, server};

/// A listener whose streams have shaken hands.
pub(crate) struct Tls {
    pub(crate) listener: TcpListener,
    pub(crate) acceptor: TlsAcceptor,
}

impl Listener for Tls {
    type Io = server::TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            // One after the other: the only client is the bridge.
            let (stream, address) = Listener::accept(&mut self.listener).await;
            match self.acceptor.accept(stream).await {
                Ok(stream) => return (stream, address),
                Err(error) => eprintln!("sockpact-conformance: {error}"),
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

pub(crate) async fn connect(
    connector: &TlsConnector,
    address: SocketAddr,
) -> io::Result<client::TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    connector.connect(ServerName::try_from("localhost").map_err(io::Error::other)?, stream).await
}
