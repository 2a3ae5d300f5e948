//! Why a request opens no WebSocket, and the HTTP answer that says so.

use http::header::{ALLOW, CONNECTION, CONTENT_TYPE, SEC_WEBSOCKET_VERSION, UPGRADE};
use http::{HeaderName, HeaderValue, Response, StatusCode, Version};

/// A refused opening handshake: an HTTP status, and one line that says what to change.
///
/// It repeats nothing that the peer sent. Over HTTP/1.1 the answer closes the connection: what follows a refused
/// upgrade may be meant as WebSocket frames and must not be read as HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Rejection {
    reason: Reason,
    over_http1: bool,
}

/// What is wrong with the request; the text is what the peer reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Reason {
    #[error("a WebSocket opens over HTTP/1.1 or HTTP/2")]
    HttpVersion,
    #[error("a WebSocket opens with GET over HTTP/1.1, or with CONNECT over HTTP/2")]
    Method,
    #[error("send one Host, with the name and the port of this server")]
    Host,
    #[error("send a request target that begins with `/`, and no other host in it than in Host")]
    Target,
    #[error("the request that opens a WebSocket has no body")]
    Body,
    #[error(
        "this is a WebSocket endpoint: connect to it with a WebSocket client (a proxy has to pass on Upgrade and Connection)"
    )]
    NoUpgrade,
    #[error("Upgrade is not a list of protocol names")]
    Upgrade,
    #[error("Connection has to be a list of names, with `upgrade` in it")]
    Connection,
    #[error("send one Sec-WebSocket-Version, and in it 13")]
    VersionLines,
    #[error("only version 13 of the WebSocket protocol is spoken here")]
    Version,
    #[error("send one Sec-WebSocket-Key, the base64 of 16 random bytes")]
    Key,
    #[error("Sec-WebSocket-Protocol has to be a list of different tokens")]
    Subprotocol,
    #[error("Sec-WebSocket-Extensions has to be a list of names with parameters (RFC 6455, section 9.1)")]
    Extensions,
    #[error("pages of this origin may not connect here")]
    Origin,
    #[error("over HTTP/2 only the protocol `websocket` can be connected to")]
    Protocol,
    #[error("the HTTP server in front of this endpoint does not allow upgrades")]
    NotUpgradable,
    #[error("the server is going down")]
    GoingDown,
}

impl Reason {
    const fn status(self) -> StatusCode {
        match self {
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            // RFC 6455, section 4.2.2, item 4: a version that the server does not know. One that is missing or
            // there twice is a handshake that does not match section 4.2.1, and that is a 400; the answer names
            // the version either way.
            Self::NoUpgrade | Self::Version => StatusCode::UPGRADE_REQUIRED,
            // Section 4.2.2, item 4.
            Self::Origin => StatusCode::FORBIDDEN,
            // RFC 9220, section 3, says so for HTTP/3; RFC 8441 names no status.
            Self::Protocol => StatusCode::NOT_IMPLEMENTED,
            Self::NotUpgradable => StatusCode::INTERNAL_SERVER_ERROR,
            Self::GoingDown => StatusCode::SERVICE_UNAVAILABLE,
            // Section 4.2.1: whatever else is not as described.
            Self::HttpVersion
            | Self::Host
            | Self::Target
            | Self::Body
            | Self::Upgrade
            | Self::Connection
            | Self::VersionLines
            | Self::Key
            | Self::Subprotocol
            | Self::Extensions => StatusCode::BAD_REQUEST,
        }
    }

    /// As the answer to a request of this HTTP version.
    pub(crate) fn over(self, version: Version) -> Rejection {
        Rejection { reason: self, over_http1: version < Version::HTTP_2 }
    }
}

impl Rejection {
    /// The answer's status.
    pub const fn status(&self) -> StatusCode {
        self.reason.status()
    }

    /// One word for it, for a log.
    pub(crate) const fn reason(&self) -> Reason {
        self.reason
    }

    /// The whole answer.
    pub(crate) fn response(&self) -> Response<String> {
        let mut response = plain(self.status(), &self.reason.to_string(), self.over_http1);
        let headers = response.headers_mut();
        let mut set = |name: HeaderName, value| {
            headers.insert(name, HeaderValue::from_static(value));
        };
        // RFC 9110, section 15.5.6.
        if self.reason == Reason::Method {
            set(ALLOW, if self.over_http1 { "GET" } else { "CONNECT" });
        }
        // RFC 9110, sections 7.8 and 15.5.22: a 426 names the protocol, and that field goes with `upgrade`.
        if self.over_http1 && matches!(self.reason, Reason::NoUpgrade | Reason::Version) {
            set(UPGRADE, "websocket");
            set(CONNECTION, "upgrade, close");
        }
        // RFC 6455, section 4.4.
        if matches!(self.reason, Reason::NoUpgrade | Reason::Version | Reason::VersionLines) {
            set(SEC_WEBSOCKET_VERSION, "13");
        }
        response
    }
}

/// An answer that is one line of text and, over HTTP/1.1, the last on its connection.
pub(crate) fn plain(status: StatusCode, line: &str, over_http1: bool) -> Response<String> {
    let mut response = Response::new(format!("{line}\n"));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    // HTTP/2 has no such field (RFC 9113, section 8.2.2).
    if over_http1 {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
