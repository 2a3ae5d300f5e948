//! What handlers see and do: order, replies, slow handlers, ends. Over an in-memory stream.

mod diary;
mod drops;
mod encoded;
mod long;
mod messages;
mod senders;

use sockpact::{Closed, Config, IntoEndpoint, serve_stream};
use sockpact_tests::RawPeer;
use tokio::io::{DuplexStream, duplex};
use tokio::task::JoinHandle;

type Side = RawPeer<DuplexStream>;

fn serve<W>(endpoint: impl IntoEndpoint<W>) -> (Side, JoinHandle<Closed>) {
    serve_with(endpoint, Config::default())
}

fn serve_with<W>(endpoint: impl IntoEndpoint<W>, config: Config) -> (Side, JoinHandle<Closed>) {
    let (ours, theirs) = duplex(1 << 20);
    let endpoint = endpoint.into_endpoint();
    (RawPeer::new(theirs), tokio::spawn(serve_stream(ours, endpoint, config)))
}

/// Ends the peer's side and returns how the connection was reported.
async fn ended(peer: Side, served: JoinHandle<Closed>) -> Closed {
    drop(peer);
    served.await.unwrap()
}
