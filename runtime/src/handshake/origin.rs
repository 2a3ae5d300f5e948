//! Who may connect from a browser (RFC 6455, sections 4.2.2 and 10.2).
//!
//! A browser lets any page open a WebSocket to any host, and sends the cookies of that host along; the `Origin`
//! header is what tells the pages apart.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use http::HeaderMap;
use http::header::ORIGIN;

use super::authority::Authority;
use super::fields::Lines;

/// Which origins may connect.
///
/// A peer that sends no `Origin` is not a browser and may always connect. `null`, which a browser sends for a page
/// without an origin, and anything that does not parse may not connect, except with [`Any`](Self::Any).
///
/// ```
/// use sockpact::{Config, Origins};
///
/// let config = Config::default().origins(Origins::any_of(["https://example.com", "http://localhost:5173"])?);
/// # Ok::<(), sockpact::InvalidOrigin>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Origins {
    /// The host and port of the server itself, as `Host` or `:authority` names them.
    ///
    /// If no port is written, it is the default port of the origin's scheme. Behind a proxy this requires that the
    /// proxy passes on `Host` unchanged.
    ///
    /// It compares two names that the browser sends, and does not know the server's own. A page of `evil.test`
    /// whose name is made to resolve to this server (DNS rebinding) sends `evil.test` in both, and may connect. So
    /// name the origins, by [`any_of`](Self::any_of), if it matters who connects and no TLS or proxy refuses a
    /// foreign name: above all on a developer's machine or in a home network.
    #[default]
    SameHost,
    /// Any origin: for endpoints that any page may use, and that do not rely on cookies.
    Any,
    /// One of these, by scheme, host and port; the server's own host must be listed too.
    AnyOf(Arc<[Origin]>),
}

impl Origins {
    /// One of these, each written as `scheme://host` or `scheme://host:port`.
    ///
    /// # Errors
    ///
    /// If one of them is not an origin, such as one with a path, a `*`, or `null`: it would never match. The first
    /// such one is reported.
    pub fn any_of<I>(origins: I) -> Result<Self, InvalidOrigin>
    where
        I: IntoIterator<Item: AsRef<str>>,
    {
        origins.into_iter().map(|origin| origin.as_ref().parse()).collect::<Result<_, _>>().map(Self::AnyOf)
    }

    /// Whether a request with these headers may connect to this host.
    pub(super) fn admit(&self, headers: &HeaderMap, host: &Authority) -> bool {
        let origin = match Lines::of(headers, &ORIGIN) {
            Lines::None => return true,
            Lines::One(line) => line.to_str().ok().and_then(|origin| Origin::from_str(origin).ok()),
            Lines::Several => None,
        };
        match (self, origin) {
            (Self::Any, _) => true,
            (_, None) => false,
            (Self::SameHost, Some(origin)) => origin.is_at(host),
            (Self::AnyOf(allowed), Some(origin)) => allowed.contains(&origin),
        }
    }
}

/// In words, or the list.
impl fmt::Display for Origins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameHost => f.write_str("the same host"),
            Self::Any => f.write_str("any origin"),
            Self::AnyOf(origins) => {
                for (place, origin) in origins.iter().enumerate() {
                    write!(f, "{}{origin}", if place == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
        }
    }
}

/// An origin: a scheme, a host and a port (RFC 6454, section 4).
///
/// Two are equal if all three are; a default port may be written or omitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    scheme: String,
    /// With the scheme's default port where none was written.
    authority: Authority,
}

impl Origin {
    fn parse(text: &str) -> Option<Self> {
        let (scheme, authority) = text.split_once("://")?;
        // RFC 3986, section 3.1.
        let mut bytes = scheme.bytes();
        let is_scheme = bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
            && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
        if !is_scheme {
            return None;
        }
        let scheme = scheme.to_ascii_lowercase();
        let authority = Authority::parse(authority).ok()?.or_port(default_port(&scheme));
        Some(Self { scheme, authority })
    }

    /// Whether a page of this origin came from this host.
    ///
    /// An origin of another scheme, such as a browser extension's, has no default port and is at no host.
    fn is_at(&self, host: &Authority) -> bool {
        default_port(&self.scheme).is_some_and(|port| self.authority == host.clone().or_port(Some(port)))
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        _ => None,
    }
}

/// As a browser writes it: without the port if it is the scheme's default (RFC 6454, section 6.2).
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority.clone().less_port(default_port(&self.scheme)))
    }
}

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        // A `*` may stand in a URI's host, but who writes one here means something else.
        Self::parse(text).filter(|_| !text.contains('*')).ok_or_else(|| InvalidOrigin(text.to_owned()))
    }
}

/// A text that is not an origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an origin: write `scheme://host` or `scheme://host:port`, with nothing behind it")]
pub struct InvalidOrigin(String);

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn admits(origins: &Origins, lines: &[&[u8]], host: &str) -> bool {
        let line = |line: &&[u8]| (ORIGIN, HeaderValue::from_bytes(line).unwrap());
        origins.admit(&lines.iter().map(line).collect(), &Authority::parse(host).unwrap())
    }

    #[test]
    fn the_same_host_may_connect() {
        let cases = [
            ("http://example.com", "example.com"),
            ("https://example.com", "example.com"),
            ("https://EXAMPLE.com", "Example.COM"),
            ("http://example.com", "example.com:80"),
            ("http://example.com:80", "example.com"),
            ("https://example.com", "example.com:443"),
            ("https://example.com:443", "example.com"),
            ("http://localhost:3000", "localhost:3000"),
            ("http://[::1]:3000", "[::1]:3000"),
            ("http://[0:0::1]:3000", "[::1]:3000"),
            ("ws://example.com", "example.com"),
        ];
        for (origin, host) in cases {
            assert!(admits(&Origins::SameHost, &[origin.as_bytes()], host), "{origin} at {host}");
        }
        assert!(admits(&Origins::SameHost, &[], "example.com"), "no browser");
    }

    #[test]
    fn another_host_may_not() {
        let cases: &[(&[u8], &str)] = &[
            (b"http://example.org", "example.com"),
            (b"http://www.example.com", "example.com"),
            (b"http://example.com.evil.test", "example.com"),
            (b"http://evil.test/example.com", "example.com"),
            (b"http://evil.test?example.com", "example.com"),
            (b"http://evil.test#example.com", "example.com"),
            (b"http://example.com@evil.test", "example.com"),
            (b"http://evil.test@example.com", "example.com"),
            (b"http://example.com:8080", "example.com"),
            (b"http://example.com", "example.com:8080"),
            (b"http://example.com", "example.com:443"),
            (b"https://example.com", "example.com:80"),
            (b"https://example.com:80", "example.com"),
            (b"http://localhost", "127.0.0.1"),
            (b"http://example.com.", "example.com"),
            (b"http://example.com/", "example.com"),
            (b"http://example.com http://example.com", "example.com"),
            (b"http://example.com, http://example.com", "example.com"),
            (b"chrome-extension://example.com", "example.com"),
            (b"file://", "example.com"),
            (b"null", "example.com"),
            (b"null", "null"),
            (b"NULL", "null"),
            (b"", "example.com"),
            (b"example.com", "example.com"),
            (b"//example.com", "example.com"),
            (b"://example.com", "example.com"),
            (b"1http://example.com", "example.com"),
            (b"http:example.com", "example.com"),
            (b"http://", "example.com"),
            (b"http://example.com\xff", "example.com"),
            (b"\xff", "example.com"),
            (b"http://\xc3\xa4.test", "example.com"),
        ];
        for (origin, host) in cases {
            assert!(!admits(&Origins::SameHost, &[origin], host), "{} at {host}", origin.escape_ascii());
            assert!(admits(&Origins::Any, &[origin], host), "{} at {host}", origin.escape_ascii());
        }
        let twice: &[&[u8]] = &[b"http://example.com", b"http://example.com"];
        assert!(!admits(&Origins::SameHost, twice, "example.com"));
    }

    #[test]
    fn an_allow_list_goes_by_scheme_host_and_port() {
        let origins = Origins::any_of(["https://example.com", "http://localhost:5173", "app://-"]).unwrap();
        let cases: &[(&[u8], bool)] = &[
            (b"https://example.com", true),
            (b"https://example.com:443", true),
            (b"HTTPS://Example.com", true),
            (b"http://localhost:5173", true),
            (b"app://-", true),
            (b"http://example.com", false),
            (b"wss://example.com", false),
            (b"https://example.com:444", false),
            (b"https://www.example.com", false),
            (b"http://localhost", false),
            (b"http://server.test", false),
            (b"app://-:443", false),
            (b"null", false),
            (b"\xff", false),
        ];
        for (origin, expected) in cases {
            assert_eq!(admits(&origins, &[origin], "server.test"), *expected, "{}", origin.escape_ascii());
        }
        assert!(admits(&origins, &[], "server.test"), "no browser");
        let none = Origins::any_of::<[&str; 0]>([]).unwrap();
        assert!(!admits(&none, &[b"http://server.test"], "server.test"));
    }

    #[test]
    fn an_origin_is_written_as_a_browser_does() {
        let listed = ["https://Example.com:443", "http://[::1]:3000", "chrome-extension://abc"];
        let origins = Origins::any_of(listed).unwrap();
        let written = "https://example.com, http://[::1]:3000, chrome-extension://abc";
        assert_eq!(origins.to_string(), written);
        let Origins::AnyOf(read) = Origins::any_of(written.split(", ")).unwrap() else { panic!() };
        assert!(matches!(origins, Origins::AnyOf(origins) if origins == read), "and reads the same");
        assert_eq!(
            [Origins::SameHost, Origins::Any].map(|it| it.to_string()),
            ["the same host", "any origin"]
        );
    }

    #[test]
    fn what_would_never_match_is_an_error_where_it_is_written() {
        let cases = [
            "",
            "null",
            "*",
            "example.com",
            "https://*.example.com",
            "https://*",
            "https://example.com/",
            "https://example.com/chat",
            "https://",
            "https://example.com:port",
            "https://a b",
            "https://bücher.test",
        ];
        for text in cases {
            let error = Origins::any_of(["https://example.com", text]).unwrap_err();
            assert_eq!(error, InvalidOrigin(text.to_owned()));
            assert!(error.to_string().starts_with(&format!("`{text}` is not an origin: write ")));
        }
    }
}
