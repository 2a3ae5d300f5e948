//! From the suite's plain TCP to another transport, byte for byte, ends included.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncWrite, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;

use crate::{http2, tls};

/// How the endpoint is reached.
#[derive(Clone)]
pub(crate) enum Far {
    /// Each of the suite's connections is a TLS connection, with the same bytes in it.
    Tls { address: SocketAddr, connector: TlsConnector },
    /// Each is a stream of one HTTP/2 connection.
    Http2(http2::Connection),
}

/// Serves the suite's connections.
pub(crate) async fn run(listener: &TcpListener, far: &Far) -> io::Result<()> {
    loop {
        let (suite, _) = listener.accept().await?;
        // The suite writes byte by byte in some of its cases, and means it.
        suite.set_nodelay(true)?;
        let far = far.clone();
        tokio::spawn(async move {
            if let Err(error) = connection(suite, far).await {
                eprintln!("sockpact-conformance: {error}");
            }
        });
    }
}

async fn connection(mut suite: TcpStream, far: Far) -> io::Result<()> {
    match far {
        Far::Tls { address, connector } => {
            let endpoint = tls::connect(&connector, address).await?;
            relay(suite, endpoint).await
        }
        Far::Http2(connection) => {
            let endpoint = connection.tunnel(&mut suite).await?;
            relay(suite, endpoint).await
        }
    }
}

/// Passes bytes on both ways, and the end of each direction by itself: `close_notify` of TLS and END_STREAM of
/// HTTP/2 become FIN, and the other way round.
async fn relay(mut suite: TcpStream, mut endpoint: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    let relayed = copy_bidirectional(&mut suite, &mut endpoint).await;
    if relayed.is_err() {
        // Whatever broke on the one side must not look like an orderly end on the other.
        suite.set_zero_linger()?;
    }
    relayed.map(drop)
}
