//! Host and port, as `Host`, `:authority` and `Origin` carry them.

use std::fmt;
use std::net::Ipv6Addr;

use super::fields::Malformed;

/// A host and its port, in the one form in which equal ones are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Authority {
    /// Lower case; an IPv6 address is in brackets and in its shortest form.
    host: String,
    port: Option<u16>,
}

impl Authority {
    /// Reads `host [":" port]` (RFC 3986, section 3.2), without user information.
    pub(super) fn parse(text: &str) -> Result<Self, Malformed> {
        let (host, port) = if let Some(rest) = text.strip_prefix('[') {
            let (address, port) = rest.split_once(']').ok_or(Malformed)?;
            let address: Ipv6Addr = address.parse().map_err(|_| Malformed)?;
            (format!("[{address}]"), port)
        } else {
            let (host, port) = text.split_at(text.find(':').unwrap_or(text.len()));
            if host.is_empty() || !host.bytes().all(is_host_byte) {
                return Err(Malformed);
            }
            (host.to_ascii_lowercase(), port)
        };
        let port = match port.strip_prefix(':') {
            // "A:" has the default port just like "A" (section 3.2.3).
            Some("") => None,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(digits.parse().map_err(|_| Malformed)?)
            }
            None if port.is_empty() => None,
            _ => return Err(Malformed),
        };
        Ok(Self { host, port })
    }

    /// This authority with the port that it has where none is written.
    pub(super) fn or_port(self, default: Option<u16>) -> Self {
        Self { port: self.port.or(default), ..self }
    }

    /// This authority without its port where it is the default one.
    pub(super) fn less_port(self, default: Option<u16>) -> Self {
        Self { port: self.port.filter(|_| self.port != default), ..self }
    }
}

impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}:{port}", self.host),
            None => f.write_str(&self.host),
        }
    }
}

/// Whether a host's name may have this byte: `reg-name` of RFC 3986, section 3.2.2.
fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_has_one_form() {
        let cases = [
            ("example.com", "example.com"),
            ("EXAMPLE.com:8080", "example.com:8080"),
            ("example.com:", "example.com"),
            ("example.com:0080", "example.com:80"),
            ("127.0.0.1:1", "127.0.0.1:1"),
            ("[::1]", "[::1]"),
            ("[0:0:0:0:0:0:0:1]:65535", "[::1]:65535"),
            ("[2001:DB8::1]", "[2001:db8::1]"),
        ];
        for (text, expected) in cases {
            assert_eq!(Authority::parse(text).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn what_is_no_authority_is_refused() {
        let cases = [
            "",
            ":",
            ":80",
            "a:b",
            "a:+1",
            "a:-1",
            "a:65536",
            "a:1:2",
            "a b",
            "a/b",
            "a?b",
            "a#b",
            "a@b",
            "user:pw@a",
            "[::1",
            "[]",
            "[::1]80",
            "[::1]:x",
            "[::1%eth0]",
            "[1.2.3.4]",
            "::1",
            "ä",
            "a\\b",
        ];
        for text in cases {
            assert_eq!(Authority::parse(text), Err(Malformed), "{text}");
        }
    }
}
