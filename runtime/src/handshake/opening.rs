//! From a request head to an acceptance (RFC 6455, section 4.2; RFC 8441, section 5).

use http::header::{
    CONNECTION, CONTENT_LENGTH, HOST, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri, Version};

use super::authority::Authority;
use super::fields::{Lines, elements, is_token, tokens};
use super::origin::Origins;
use super::rejection::{Reason, Rejection};
use super::{extensions, key, subprotocol};

/// What is looked at of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head<'a> {
    pub(crate) method: &'a Method,
    pub(crate) version: Version,
    pub(crate) uri: &'a Uri,
    pub(crate) headers: &'a HeaderMap,
    /// The pseudo-header `:protocol` of an extended CONNECT.
    pub(crate) protocol: Option<&'a str>,
}

/// A well-formed opening handshake; what is left to judge depends on the endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Opening {
    version: Version,
    /// The server, as the client names it.
    host: Authority,
    /// The answer to the key; over HTTP/2 there is none (RFC 8441, section 5).
    accept: Option<HeaderValue>,
}

impl Opening {
    /// Judges everything that is the same for each endpoint.
    pub(crate) fn read(head: &Head<'_>) -> Result<Self, Rejection> {
        let opening = match head.version {
            Version::HTTP_11 => over_http1(head),
            Version::HTTP_2 | Version::HTTP_3 => over_http2(head),
            _ => Err(Reason::HttpVersion),
        };
        opening.map_err(|reason| reason.over(head.version))
    }

    /// The HTTP version of the request.
    pub(crate) const fn version(&self) -> Version {
        self.version
    }

    /// Judges the rest, and agrees on a subprotocol.
    pub(crate) fn accept(
        &self,
        headers: &HeaderMap,
        origins: &Origins,
        subprotocols: &'static [&'static str],
    ) -> Result<Option<&'static str>, Rejection> {
        if !origins.admit(headers, &self.host) {
            return Err(Reason::Origin.over(self.version));
        }
        subprotocol::choose(headers, subprotocols).map_err(|_| Reason::Subprotocol.over(self.version))
    }

    /// The answer that opens the WebSocket (RFC 6455, section 4.2.2, item 5; RFC 8441, section 5).
    pub(crate) fn response(&self, subprotocol: Option<&'static str>) -> Response<()> {
        let mut response = Response::new(());
        let headers = response.headers_mut();
        // Extensions are never agreed on: their header is left out whatever was offered (section 9.1).
        if let Some(Ok(subprotocol)) = subprotocol.map(HeaderValue::from_str) {
            headers.insert(SEC_WEBSOCKET_PROTOCOL, subprotocol);
        }
        if let Some(accept) = &self.accept {
            headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
            headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
            headers.insert(SEC_WEBSOCKET_ACCEPT, accept.clone());
            *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        }
        response
    }
}

fn over_http1(head: &Head<'_>) -> Result<Opening, Reason> {
    // RFC 6455, section 4.2.1, in its order; what a peer meant is clearer before what it got wrong.
    if head.method != Method::GET {
        return Err(Reason::Method);
    }
    // RFC 9112, section 3.2: without exactly one Host that parses, 400.
    let Lines::One(host) = Lines::of(head.headers, &HOST) else {
        return Err(Reason::Host);
    };
    let host = authority(host)?;
    check_target(head.uri, &host)?;
    check_body(head.headers)?;
    check_upgrade(head.headers)?;
    check_version(head.headers)?;
    let Lines::One(key) = Lines::of(head.headers, &SEC_WEBSOCKET_KEY) else {
        return Err(Reason::Key);
    };
    let accept = key::accept(key).map_err(|_| Reason::Key)?;
    extensions::check(head.headers).map_err(|_| Reason::Extensions)?;
    Ok(Opening { version: head.version, host, accept: Some(accept) })
}

fn over_http2(head: &Head<'_>) -> Result<Opening, Reason> {
    if head.method != Method::CONNECT {
        return Err(Reason::Method);
    }
    // Names of protocols differ not by case (RFC 9110, section 7.8).
    if !head.protocol.is_some_and(|protocol| protocol.eq_ignore_ascii_case("websocket")) {
        return Err(Reason::Protocol);
    }
    // `:authority` stands in the URI and takes the place of Host (RFC 8441, section 5).
    let named = head.uri.authority().map(|named| Authority::parse(named.as_str()));
    let host = match (named, Lines::of(head.headers, &HOST)) {
        (Some(Ok(named)), Lines::None) => named,
        // Both may be there, and then they name the same (RFC 9113, section 8.3.1).
        (Some(Ok(named)), Lines::One(host)) if authority(host)? == named => named,
        (None, Lines::One(host)) => authority(host)?,
        _ => return Err(Reason::Host),
    };
    check_target(head.uri, &host)?;
    check_body(head.headers)?;
    check_version(head.headers)?;
    extensions::check(head.headers).map_err(|_| Reason::Extensions)?;
    Ok(Opening { version: head.version, host, accept: None })
}

fn authority(host: &HeaderValue) -> Result<Authority, Reason> {
    host.to_str().ok().and_then(|host| Authority::parse(host).ok()).ok_or(Reason::Host)
}

/// Section 4.2.1, item 1. A target in absolute form names the server once more (RFC 9112, section 3.2.2): if it
/// is another one than in Host, then a proxy and this server would see different requests.
fn check_target(uri: &Uri, host: &Authority) -> Result<(), Reason> {
    let names_another = |named: &str| Authority::parse(named).as_ref() != Ok(host);
    if !uri.path().starts_with('/') || uri.authority().is_some_and(|named| names_another(named.as_str())) {
        return Err(Reason::Target);
    }
    Ok(())
}

/// A body would be read as frames, or the frames as a body: the way requests are smuggled past a proxy.
fn check_body(headers: &HeaderMap) -> Result<(), Reason> {
    let empty = |length: &HeaderValue| length == "0";
    if headers.contains_key(TRANSFER_ENCODING) || !headers.get_all(CONTENT_LENGTH).iter().all(empty) {
        return Err(Reason::Body);
    }
    Ok(())
}

/// Section 4.2.1, items 3 and 4.
fn check_upgrade(headers: &HeaderMap) -> Result<(), Reason> {
    let mut upgrades = false;
    for protocol in elements(headers, &UPGRADE) {
        let protocol = protocol.map_err(|_| Reason::Upgrade)?;
        // `name ["/" version]` (RFC 9110, section 7.8).
        let (name, version) = protocol.split_once('/').unwrap_or((protocol, "none"));
        if !is_token(name) || !is_token(version) {
            return Err(Reason::Upgrade);
        }
        upgrades |= protocol.eq_ignore_ascii_case("websocket");
    }
    if !upgrades {
        return Err(Reason::NoUpgrade);
    }
    let mut connects = false;
    for option in tokens(headers, &CONNECTION) {
        connects |= option.map_err(|_| Reason::Connection)?.eq_ignore_ascii_case("upgrade");
    }
    connects.then_some(()).ok_or(Reason::Connection)
}

/// Section 4.2.1, item 6, and section 4.4.
fn check_version(headers: &HeaderMap) -> Result<(), Reason> {
    match Lines::of(headers, &SEC_WEBSOCKET_VERSION) {
        Lines::One(version) if version == "13" => Ok(()),
        Lines::One(_) => Err(Reason::Version),
        Lines::None | Lines::Several => Err(Reason::VersionLines),
    }
}

#[cfg(test)]
mod tests;
