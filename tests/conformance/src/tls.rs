//! TLS with a certificate that is made when it starts, and that the other end trusts.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::rustls::pki_types::{PrivatePkcs8KeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector, client, server};

/// The endpoint's end.
pub(crate) struct Tls {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

/// The bridge's end.
#[derive(Clone)]
pub(crate) struct Connector(TlsConnector);

/// Both ends for one certificate.
pub(crate) fn pair(listener: TcpListener) -> io::Result<(Tls, Connector)> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).map_err(io::Error::other)?;
    let certificate = made.cert.der().clone();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());

    let mut trusted = RootCertStore::empty();
    trusted.add(certificate.clone()).map_err(io::Error::other)?;
    let client = ClientConfig::builder().with_root_certificates(trusted).with_no_client_auth();
    let server = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key.into())
        .map_err(io::Error::other)?;
    let acceptor = TlsAcceptor::from(Arc::new(server));
    Ok((Tls { listener, acceptor }, Connector(TlsConnector::from(Arc::new(client)))))
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

impl Connector {
    pub(crate) async fn connect(&self, address: SocketAddr) -> io::Result<client::TlsStream<TcpStream>> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        self.0.connect(ServerName::try_from("localhost").map_err(io::Error::other)?, stream).await
    }
}
