//! The socket that a server listens on.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket, ToSocketAddrs, lookup_host};

/// Listens on the first address that can be listened on; the error names the last that cannot.
pub(super) async fn listen(address: impl ToSocketAddrs) -> io::Result<TcpListener> {
    let explain = |what: String, error: &io::Error| io::Error::new(error.kind(), format!("{what}: {error}"));
    let addresses = lookup_host(address)
        .await
        .map_err(|error| explain("cannot resolve the address to listen on".to_owned(), &error))?;
    let mut failed = io::Error::new(io::ErrorKind::InvalidInput, "there is no address to listen on");
    for address in addresses {
        match bind(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => failed = explain(format!("cannot listen on {address}"), &error),
        }
    }
    Err(failed)
}

/// How many clients may wait to be accepted: after a restart they all come at once. Beyond it the system lets them
/// try again after a second, or resets them. It may have a lower bound of its own.
pub(super) const BACKLOG: u32 = 4096;

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // As `TcpListener::bind` does it: what is left of an earlier server's connections does not keep the port.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}
