//! The rules of `ARCHITECTURE.md` about what a part of the runtime may not name, read from its sources.
//!
//! Tests, comments and strings do not count.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// What the sources below some paths never name.
struct Rule {
    says: &'static str,
    /// Below `runtime/src`.
    within: &'static [&'static str],
    /// The places that may.
    but: &'static [&'static str],
    /// Tokens, with a space between.
    never: &'static [&'static str],
}

const RULES: &[Rule] = &[
    Rule {
        says: "the protocol and the handshake read no clock: time is an argument",
        within: &["wire", "handshake"],
        but: &[],
        never: &["Instant :: now", "Instant as", "elapsed", "SystemTime", "UNIX_EPOCH"],
    },
    Rule {
        says: "the protocol and the handshake neither wait nor do I/O",
        within: &["wire", "handshake"],
        but: &[],
        never: &[
            "async",
            "await",
            "Future",
            "tokio",
            "tokio_util",
            "hyper",
            "io",
            "fs",
            "thread",
            "TcpStream",
            "TcpListener",
            "UdpSocket",
            "UnixStream",
        ],
    },
    Rule {
        says: "what is wrong is returned and not logged, so that one place decides what may be in a log",
        within: &["wire", "handshake", "codec"],
        but: &[],
        never: &["tracing", "println", "eprintln"],
    },
    Rule {
        says: "the protocol and the handshake know neither the driver nor the endpoints' code",
        within: &["wire", "handshake"],
        but: &[],
        never: &["crate :: driver", "crate :: peer", "crate :: reply", "crate :: codec"],
    },
    Rule {
        says: "nothing imports the ways in",
        within: &[""],
        but: &["service", "server", "axum"],
        never: &["crate :: service", "crate :: server", "crate :: axum"],
    },
    Rule {
        says: "one table chooses the code of a violation",
        within: &["wire", "handshake", "driver"],
        but: &["wire/violation"],
        never: &[
            "PROTOCOL_ERROR",
            "UNSUPPORTED_DATA",
            "INVALID_PAYLOAD",
            "POLICY_VIOLATION",
            "MESSAGE_TOO_BIG",
            "INTERNAL_ERROR",
            "GOING_AWAY",
            "TRY_AGAIN_LATER",
        ],
    },
    Rule { says: "that table has no catch-all arm", within: &["wire/violation"], but: &[], never: &["_ =>"] },
    Rule {
        says: "tungstenite is behind `Text` and the accept key, and in no other place",
        within: &[""],
        but: &["message", "handshake/key"],
        never: &["tungstenite", "tokio_tungstenite"],
    },
    Rule {
        says: "one file may be `unsafe`",
        within: &[""],
        but: &["wire/utf8"],
        never: &["unsafe", "unsafe_code"],
    },
];

#[test]
fn no_part_names_what_it_may_not() {
    let sources = sources();
    let mut broken = Vec::new();
    for rule in RULES {
        let within = |path: &str, parts: &[&str]| parts.iter().any(|part| is_part(path, part));
        let mut looked_at = 0;
        for (path, code) in &sources {
            if !within(path, rule.within) || within(path, rule.but) {
                continue;
            }
            looked_at += 1;
            for name in rule.never.iter().filter(|name| code.contains(&format!(" {name} "))) {
                broken.push(format!("{path} names `{name}`: {}", rule.says));
            }
        }
        assert!(looked_at > 0, "{}", rule.says);
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn what_a_rule_leaves_out_is_there() {
    let sources = sources();
    for rule in RULES {
        for part in rule.but {
            assert!(sources.iter().any(|(path, _)| is_part(path, part)), "{part}: {}", rule.says);
        }
    }
    let unsafes = sources.iter().map(|(_, code)| code.matches(" unsafe ").count()).sum::<usize>();
    assert_eq!(unsafes, 1);
}

/// Whether a file is a part, or below it; each is in the empty one.
fn is_part(path: &str, part: &str) -> bool {
    part.is_empty() || path.strip_prefix(part).is_some_and(|rest| rest.starts_with(['/', '.']))
}

/// Each source of the runtime: its path below `runtime/src`, and its code as tokens with spaces between.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/src");
    let mut paths = Vec::new();
    list(&root, &mut paths);
    let read = |path: PathBuf| {
        let tokens: TokenStream = fs::read_to_string(&path).unwrap().parse().unwrap();
        let mut code = " ".to_owned();
        write(tokens, &mut code);
        (path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/"), code)
    };
    paths.into_iter().map(read).collect()
}

/// The sources below a folder that are not for tests alone.
fn list(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap();
        if ["tests", "testing", "fuzz"].iter().any(|of_tests| name == *of_tests) {
            continue;
        }
        if path.is_dir() {
            list(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

/// Writes identifiers and signs, less the items that are for tests alone.
fn write(tokens: TokenStream, code: &mut String) {
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(attribute) if is_cfg_test(&attribute.stream()) => {
                let ends = |token: &TokenTree| match token {
                    TokenTree::Group(body) => body.delimiter() == Delimiter::Brace,
                    TokenTree::Punct(sign) => sign.as_char() == ';',
                    _ => false,
                };
                tokens.find(ends);
            }
            TokenTree::Group(group) => {
                write(group.stream(), code);
                code.push_str("; ");
            }
            TokenTree::Ident(name) => {
                code.push_str(&name.to_string());
                code.push(' ');
            }
            TokenTree::Punct(sign) => {
                code.push(sign.as_char());
                if sign.spacing() == proc_macro2::Spacing::Alone {
                    code.push(' ');
                }
            }
            TokenTree::Literal(_) => code.push_str("literal "),
        }
    }
}

/// Whether this is `cfg(test)`, or a `cfg` of tests and fuzzing.
fn is_cfg_test(attribute: &TokenStream) -> bool {
    let text = attribute.to_string().replace(' ', "");
    text.starts_with("cfg(") && !text.contains("not(") && text.contains("test")
}
