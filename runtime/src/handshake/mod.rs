//! The opening handshake (RFC 6455, section 4.2; RFC 8441): a request head becomes an acceptance or a rejection.
//!
//! Pure functions on `http` types: nothing here reads, writes or waits. Every line of a header is looked at, lists
//! are parsed and not searched, and nothing that the peer sent stands in an answer.

// Without a way in, nobody asks.
#![cfg_attr(not(feature = "service"), allow(dead_code))]

mod authority;
mod fields;
mod key;
mod opening;
mod origin;
mod rejection;
mod subprotocol;

use std::net::SocketAddr;

use http::{Extensions, HeaderMap, Uri};

#[cfg(feature = "service")]
pub(crate) use opening::{Head, Opening};
pub use origin::{InvalidOrigin, Origin, Origins};
pub use rejection::Rejection;
#[cfg(feature = "service")]
pub(crate) use rejection::{Reason, plain};

/// What the opening handshake said.
#[derive(Clone, Debug, Default)]
pub struct Handshake {
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) extensions: Extensions,
    pub(crate) subprotocol: Option<&'static str>,
    pub(crate) address: Option<SocketAddr>,
}

impl Handshake {
    /// The request target.
    pub const fn uri(&self) -> &Uri {
        &self.uri
    }

    /// The request's headers.
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// What layers in front of the service left for it, such as who signed in.
    ///
    /// Only [`service_with`](crate::service_with) sees it: it is dropped when the connection begins.
    pub const fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// The subprotocol that was agreed on.
    pub const fn subprotocol(&self) -> Option<&'static str> {
        self.subprotocol
    }

    /// The peer's address, where the way in knows it.
    ///
    /// It is that of the socket's other end, so behind a proxy it is the proxy's.
    pub const fn address(&self) -> Option<SocketAddr> {
        self.address
    }
}
