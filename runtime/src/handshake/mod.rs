//! The opening handshake (RFC 6455, section 4.2; RFC 8441): a request head becomes an acceptance or a rejection.
//!
//! Pure functions on `http` types: nothing here reads, writes or waits. Every line of a header is looked at, lists
//! are parsed and not searched, and nothing that the peer sent stands in an answer.

// Without a way in, nobody asks.
#![cfg_attr(not(feature = "service"), allow(dead_code))]

mod authority;
mod extensions;
mod fields;
#[cfg(all(feature = "service", any(test, fuzzing)))]
pub(crate) mod fuzz;
mod key;
mod opening;
mod origin;
mod rejection;
mod subprotocol;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::SocketAddr;

#[cfg(feature = "service")]
use bytes::BytesMut;
#[cfg(feature = "service")]
use http::HeaderValue;
use http::{Extensions, HeaderMap, Uri};

#[cfg(feature = "service")]
pub(crate) use opening::{Head, Opening};
pub use origin::{InvalidOrigin, Origin, Origins};
pub use rejection::Rejection;
#[cfg(feature = "service")]
pub(crate) use rejection::{Reason, plain};

/// What the opening handshake said.
///
/// A way in makes it. You can make one yourself, to test a function that [`service_with`](crate::service_with)
/// calls, and for a [`Connection`](crate::Connection).
///
/// ```
/// use sockpact::Handshake;
/// use sockpact::http::{HeaderMap, Uri};
///
/// #[derive(Clone)]
/// struct User(&'static str);
///
/// async fn who(handshake: Handshake) -> &'static str {
///     handshake.extensions().get().map_or("nobody", |User(name)| name)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let handshake = Handshake::new(Uri::from_static("/"), HeaderMap::new()).with_extension(User("alice"));
/// assert_eq!(who(handshake).await, "alice");
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Handshake {
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) extensions: Extensions,
    pub(crate) subprotocol: Option<&'static str>,
    pub(crate) address: Option<SocketAddr>,
}

impl Handshake {
    /// A handshake with this request target and these headers, without a subprotocol or an address.
    pub fn new(uri: Uri, headers: HeaderMap) -> Self {
        Self { uri, headers, ..Self::default() }
    }

    /// Sets the subprotocol that was agreed on.
    #[must_use]
    pub const fn with_subprotocol(mut self, subprotocol: &'static str) -> Self {
        self.subprotocol = Some(subprotocol);
        self
    }

    /// Sets the peer's address.
    #[must_use]
    pub const fn with_address(mut self, address: SocketAddr) -> Self {
        self.address = Some(address);
        self
    }

    /// Adds what a layer in front of the service would leave for it.
    #[must_use]
    pub fn with_extension(mut self, extension: impl Clone + Send + Sync + 'static) -> Self {
        self.extensions.insert(extension);
        self
    }

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
    /// It is the other end of the socket, so behind a proxy it is the proxy's, unless a layer, or
    /// [`Upgrade::with_address`](crate::Upgrade::with_address), sets another: see [`service`](crate::service()).
    /// Behind axum or hyper the socket is known only once the connection is open, so the function of
    /// [`service_with`](crate::service_with) sees only an address that a layer has set.
    pub const fn address(&self) -> Option<SocketAddr> {
        self.address
    }
}

impl Handshake {
    /// Copies the head out of the buffer that it was read into: as slices of it, a few hundred bytes would keep
    /// 8 KiB alive for as long as the connection lives.
    #[cfg(feature = "service")]
    pub(crate) fn detach(&mut self) {
        // What cannot be read again stays as it is, and that only costs memory.
        let _ = self.copy_head();
        // What layers put there, a permit for one, is the request's and not the connection's.
        self.extensions = Extensions::new();
    }

    #[cfg(feature = "service")]
    fn copy_head(&mut self) -> Result<(), http::Error> {
        let mut values = BytesMut::with_capacity(self.headers.values().map(HeaderValue::len).sum());
        for value in self.headers.values() {
            values.extend_from_slice(value.as_bytes());
        }
        let mut values = values.freeze();
        for value in self.headers.values_mut() {
            let mut copy = HeaderValue::from_maybe_shared(values.split_to(value.len()))?;
            copy.set_sensitive(value.is_sensitive());
            *value = copy;
        }
        self.uri = self.uri.to_string().parse()?;
        Ok(())
    }
}

impl fmt::Debug for Handshake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Headers and the query may hold secrets: neither belongs in a log.
        f.debug_struct("Handshake")
            .field("path", &self.uri.path())
            .field("subprotocol", &self.subprotocol)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
