//! One connection from its accept to its upgrade, or to the end of its refusal.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::{Either, select};
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::routes::Routes;
use crate::config::Config;
use crate::driver;
use crate::service::Slot;
use crate::shutdown::Shutdown;

/// The most that a request head may have: over it, hyper answers 431.
const MAX_HEAD: usize = 16 * 1024;
const MAX_HEADERS: usize = 64;

/// The answer to a head that took too long (RFC 9110, section 15.5.9).
const TIMEOUT: &[u8] = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 48\r\n\
    content-type: text/plain; charset=utf-8\r\n\r\nthe opening handshake was not complete in time.\n";

/// The answer when the endpoint was not made in time (RFC 9110, section 15.6.4).
const UNAVAILABLE: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 43\r\n\
    content-type: text/plain; charset=utf-8\r\n\r\nthe endpoint was not ready, try again soon\n";

/// Reads one request and answers it. If that upgrades the connection, the rest is a task that the service began.
pub(super) async fn serve_connection(
    stream: TcpStream,
    address: SocketAddr,
    slot: Option<Slot>,
    routes: Arc<Routes>,
    config: Arc<Config>,
    shutdown: Shutdown,
) {
    let asked = Arc::new(AtomicBool::new(false));
    let service = {
        let (asked, slot, config, shutdown) =
            (Arc::clone(&asked), slot.clone(), Arc::clone(&config), shutdown.clone());
        service_fn(move |mut request: Request<Incoming>| {
            asked.store(true, Ordering::Relaxed);
            request.extensions_mut().insert(address);
            if let Some(slot) = &slot {
                request.extensions_mut().insert(slot.clone());
            }
            routes.answer(request, &config, &shutdown)
        })
    };
    let mut connection = http1::Builder::new()
        // One deadline for the whole handshake is set below.
        .header_read_timeout(None)
        .max_headers(MAX_HEADERS)
        .max_header_size(MAX_HEAD)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let in_time = timeout(config.handshake, answer(&mut connection, &shutdown)).await;
    // hyper drops a socket at once when it is done with it; with unread input that means RST, and the answer may
    // never be read. So the socket is taken back. After a request for an upgrade there is none: the service has it,
    // whether it opens the connection or refuses to.
    let Some(parts) = connection.into_parts() else { return };
    let (mut stream, unread) = (parts.io.into_inner(), parts.read_buf);
    match in_time {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "not a request"),
        Err(_) => {
            tracing::info!("an opening handshake took too long");
            if asked.load(Ordering::Relaxed) {
                let _ = stream.try_write(UNAVAILABLE);
            } else if !unread.is_empty() {
                let _ = stream.try_write(TIMEOUT);
            }
            // Whoever has sent nothing, such as a browser that connects ahead, is asking nothing.
        }
    }
    // Who has sent nothing is told nothing, and has nothing on its way.
    let silent = !asked.load(Ordering::Relaxed) && unread.is_empty();
    if !silent {
        driver::half_close(&mut stream, &config).await;
    }
    drop(slot);
}

/// How long the request of a connection that has sent nothing may still take when the shutdown begins: it may be on its
/// way.
const SOON: Duration = Duration::from_millis(100);

/// Lets hyper answer; once the shutdown begins, a connection that has not sent anything is hardly waited for.
async fn answer<S>(
    connection: &mut http1::UpgradeableConnection<TokioIo<TcpStream>, S>,
    shutdown: &Shutdown,
) -> hyper::Result<()>
where
    S: hyper::service::HttpService<Incoming, Error = Infallible>,
    S::ResBody: 'static,
    <S::ResBody as hyper::body::Body>::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    http1::UpgradeableConnection<TokioIo<TcpStream>, S>: Future<Output = hyper::Result<()>> + Unpin,
{
    if let Either::Left((answered, _)) = select(&mut *connection, pin!(shutdown.begun())).await {
        return answered;
    }
    if let Ok(answered) = timeout(SOON, &mut *connection).await {
        return answered;
    }
    Pin::new(&mut *connection).graceful_shutdown();
    connection.await
}
