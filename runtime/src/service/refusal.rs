//! How a service refuses an opening handshake of its own accord.

use std::borrow::Cow;
use std::fmt;

use http::header::{CONNECTION, CONTENT_LENGTH};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, Version};

use super::body::ResponseBody;
use crate::handshake::plain;

/// The HTTP answer to an opening handshake that the service does not want: a status, a line of text, and headers.
///
/// ```
/// use sockpact::Refusal;
/// use http::{HeaderValue, StatusCode, header};
///
/// let refusal = Refusal::new(StatusCode::UNAUTHORIZED, "sign in first")
///     .header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
/// ```
///
/// An error type of your own becomes one by `impl From<MyError> for Refusal`. A browser shows none of this to the
/// page: to tell a page why, accept and then close with a code.
#[derive(Clone, Debug)]
pub struct Refusal(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    status: StatusCode,
    text: Cow<'static, str>,
    headers: HeaderMap,
}

impl Refusal {
    /// A refusal with this status, and a line that says what to change.
    ///
    /// A status below 300 is not a refusal; it is replaced by 500.
    pub fn new(status: StatusCode, text: impl Into<Cow<'static, str>>) -> Self {
        let status = if status.as_u16() < 300 { StatusCode::INTERNAL_SERVER_ERROR } else { status };
        Self(Box::new(Inner { status, text: text.into(), headers: HeaderMap::new() }))
    }

    /// 500 with a neutral text, for an error that is not the client's business; it is logged.
    ///
    /// Made for `map_err(Refusal::internal)?`.
    pub fn internal(error: impl fmt::Display) -> Self {
        tracing::error!(%error, "could not make the endpoint");
        StatusCode::INTERNAL_SERVER_ERROR.into()
    }

    /// Adds a header, such as `WWW-Authenticate`, `Retry-After` or `Location`.
    ///
    /// It replaces a header that the answer would have anyway, such as `Content-Type`. But `Connection` is a list, and
    /// keeps its `close`; and `Content-Length` stays that of the text.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.append(name, value);
        self
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The whole answer to a request of this HTTP version.
    pub(crate) fn response(self, version: Version) -> Response<ResponseBody> {
        let mut response = plain(self.0.status, &self.0.text, version < Version::HTTP_2);
        let headers = response.headers_mut();
        // What follows a refused upgrade must not be read as a request, so the default of `Connection` stays.
        for name in self.0.headers.keys().filter(|name| ![CONNECTION, CONTENT_LENGTH].contains(name)) {
            headers.remove(name);
        }
        for (name, value) in self.0.headers.iter().filter(|(name, _)| **name != CONTENT_LENGTH) {
            headers.append(name, value.clone());
        }
        response.map(ResponseBody::from)
    }
}

impl From<StatusCode> for Refusal {
    fn from(status: StatusCode) -> Self {
        let status = Self::new(status, "").status();
        Self::new(status, status.canonical_reason().unwrap_or("refused"))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused with {}: {}", self.0.status.as_u16(), self.0.text)
    }
}

impl std::error::Error for Refusal {}
