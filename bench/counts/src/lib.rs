//! The cases of which instructions are counted: the comparison's scenarios, and parts of them.

use sockpact_bench_load::{Content, Traffic};

/// One case.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// As in the baseline, and on the command line.
    pub name: &'static str,
    /// What is sent.
    pub traffic: Traffic,
    /// How many messages come at once, before the stream has nothing for a moment.
    pub at_once: usize,
    /// How many bytes one read gives at most.
    pub each_read: usize,
    /// What takes them.
    pub endpoint: Endpoint,
    /// How many messages are enough for a figure that hardly varies.
    pub messages: usize,
}

/// What an endpoint does with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// Sends it back as it came.
    Both,
    /// Decodes it from JSON, and sends that back encoded.
    Json,
    /// Drops it, and says nothing.
    Sink,
}

const KIB: usize = 1024;

/// All of them.
pub const CASES: &[Case] = &[
    case("i", Content::Ascii, 64, 1, Endpoint::Both, 2000),
    case("ii", Content::Ascii, 64, 32, Endpoint::Both, 6400),
    case("iii", Content::Ascii, KIB, 1, Endpoint::Both, 2000),
    case("iv", Content::Mixed, 16 * KIB, 4, Endpoint::Both, 400),
    Case { each_read: 1448, ..case("iv-in-segments", Content::Mixed, 16 * KIB, 1, Endpoint::Both, 400) },
    case("v", Content::Binary, KIB * KIB, 1, Endpoint::Both, 20),
    fragmented(case("vi", Content::Ascii, 256 * KIB, 1, Endpoint::Both, 60)),
    case("json-i", Content::Json, 64, 1, Endpoint::Json, 2000),
    case("json-ii", Content::Json, 64, 32, Endpoint::Json, 6400),
    case("json-iii", Content::Json, KIB, 1, Endpoint::Json, 2000),
    case("json-iv", Content::JsonMixed, 16 * KIB, 4, Endpoint::Json, 400),
    case("mask", Content::Binary, 16 * KIB, 1, Endpoint::Sink, 400),
    case("utf8-ascii", Content::Ascii, 16 * KIB, 1, Endpoint::Sink, 400),
    case("utf8-mixed", Content::Mixed, 16 * KIB, 1, Endpoint::Sink, 400),
];

const fn case(
    name: &'static str,
    content: Content,
    size: usize,
    at_once: usize,
    endpoint: Endpoint,
    messages: usize,
) -> Case {
    let traffic = Traffic { content, size, fragments: 1 };
    Case { name, traffic, at_once, each_read: usize::MAX, endpoint, messages }
}

const fn fragmented(mut case: Case) -> Case {
    case.traffic.fragments = 16;
    case
}

/// The case of that name.
#[must_use]
pub fn find(name: &str) -> Option<Case> {
    CASES.iter().find(|case| case.name == name).copied()
}
