//! `wss://`: an endpoint behind TLS, with tokio-rustls and hyper.
//!
//!     openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost -out certificate.pem -keyout key.pem
//!     cargo run --release -p sockpact-examples --bin secure -- certificate.pem key.pem 127.0.0.1:3443
//!     websocat -k wss://127.0.0.1:3443
//!
//! Other axum routes can stand next to the endpoint. If a proxy does TLS, none of this is needed.

use std::fmt::Display;
use std::io::{Error, Result, Write, stdout};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use sockpact::{Shutdown, endpoint, service};
use sockpact_examples::stopped;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// How long a client may take for its TLS handshake, and then for its request.
const HANDSHAKE: Duration = Duration::from_secs(10);

#[endpoint(text)]
async fn shout(line: String) -> String {
    line.to_uppercase()
}

/// TLS with the certificates of one file, the server's own first, and the key of another.
fn acceptor(certificates: &str, key: &str) -> Result<TlsAcceptor> {
    let chain = CertificateDer::pem_file_iter(certificates).and_then(Iterator::collect);
    let chain: Vec<_> = chain.map_err(|error| about(certificates, error))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| about(key, error))?;
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, private);
    Ok(Arc::new(config.map_err(|error| about(certificates, error))?).into())
}

fn about(what: &str, error: impl Display) -> Error {
    Error::other(format!("{what}: {error}"))
}

/// Speaks HTTP on one connection, until it ends or becomes a WebSocket.
async fn speak(stream: TcpStream, acceptor: TlsAcceptor, router: Router) {
    // Behind TLS sockpact does not reach the socket.
    let _ = stream.set_nodelay(true);
    if let Ok(Ok(stream)) = timeout(HANDSHAKE, acceptor.accept(stream)).await {
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HANDSHAKE)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
            .with_upgrades();
        // That a client has left, or speaks no HTTP, is its own affair.
        let _ = connection.await;
    }
}

async fn run(certificates: &str, key: &str, address: &str) -> Result<()> {
    let acceptor = acceptor(certificates, key)?;
    let mut listener = TcpListener::bind(address)
        .await
        .map_err(|error| about("cannot listen on", format_args!("{address}: {error}")))?;
    writeln!(stdout(), "secure: listening on wss://{}", TcpListener::local_addr(&listener)?)?;
    let shutdown = Shutdown::new();
    let router = Router::new().route_service("/", service(shout).shutdown(&shutdown));
    let accepting = async {
        loop {
            // axum's, which waits a while where the system has no more sockets.
            let (stream, _) = Listener::accept(&mut listener).await;
            // In a task of its own: a client that is slow to shake hands keeps nobody waiting.
            tokio::spawn(speak(stream, acceptor.clone(), router.clone()));
        }
    };
    tokio::select! {
        () = accepting => {}
        () = stopped() => {
            shutdown.begin();
            tokio::select! {
                () = shutdown.finished() => {}
                () = stopped() => {}
            }
        }
    }
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).map(|a| a.to_string_lossy().into_owned()).collect();
    let ended = match arguments.as_slice() {
        [certificates, key] => run(certificates, key, "127.0.0.1:3443").await,
        [certificates, key, address] => run(certificates, key, address).await,
        _ => Err(Error::other("usage: secure CERTIFICATE KEY [ADDRESS]")),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("secure: {error}");
            ExitCode::FAILURE
        }
    }
}
