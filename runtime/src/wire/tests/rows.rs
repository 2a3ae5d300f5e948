//! The rows of the design's section 3 that bytes can break, as streams of a peer.

use super::*;
use crate::message::Kind;
use crate::wire::ProtocolError;

/// One stream of a peer that breaks a rule.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) limits: Limits,
    pub(super) role: Role,
    /// What the peer sends. More valid frames follow in the test.
    pub(super) bytes: Vec<u8>,
    /// The index of the byte at which it is refused.
    pub(super) at: usize,
    pub(super) violation: Violation,
    pub(super) code: u16,
}

fn row(name: &'static str, bytes: Vec<u8>, at: usize, violation: impl Into<Violation>, code: u16) -> Row {
    Row { name, limits: limits(), role: Role::Server, bytes, at, violation: violation.into(), code }
}

fn only_text() -> Limits {
    Limits { accepts_binary: false, ..limits() }
}

pub(super) fn small() -> Limits {
    Limits { max_text: 1000, max_binary: 70_000, ..limits() }
}

/// 1002: what breaks the protocol.
pub(super) fn protocol_rows() -> Vec<Row> {
    use ProtocolError::*;
    let fragment = frame(TEXT & !FIN, b"ab");
    let last = |before: &[u8], bytes: &[u8]| [before, bytes].concat();
    let length =
        |first: u8, short: u8, extended: &[u8]| [&[first, 0x80 | short], extended, &KEY, &[0; 9]].concat();
    vec![
        row("no mask", vec![TEXT, 2, b'h', b'i'], 1, MaskMissing, 1002),
        row("a ping without a mask", vec![PING, 0], 1, MaskMissing, 1002),
        row("RSV1", frame(TEXT | 0x40, b"hi"), 0, ReservedBits, 1002),
        row("RSV2", frame(BINARY | 0x20, b"hi"), 0, ReservedBits, 1002),
        row("RSV3", frame(PING | 0x10, b"hi"), 0, ReservedBits, 1002),
        row("opcode 3", frame(0x83, b"hi"), 0, ReservedOpcode, 1002),
        row("opcode 7", frame(0x87, b"hi"), 0, ReservedOpcode, 1002),
        row("opcode 15", frame(0x8f, b""), 0, ReservedOpcode, 1002),
        row("fragmented ping", frame(PING & !FIN, b""), 0, FragmentedControl, 1002),
        row("a Close in fragments", frame(CLOSE & !FIN, b""), 0, FragmentedControl, 1002),
        row("a ping of 126 bytes", frame(PING, &[0; 126]), 1, ControlTooLong, 1002),
        row("a Close of 70,000 bytes", header(CLOSE, 70_000, KEY), 1, ControlTooLong, 1002),
        row("continuation", frame(CONTINUATION, b""), 0, UnexpectedContinuation, 1002),
        row(
            "a continuation of a whole message",
            last(&frame(PING, b""), &frame(0, b"hi")),
            frame(PING, b"").len(),
            UnexpectedContinuation,
            1002,
        ),
        row(
            "a message inside another",
            last(&fragment, &frame(TEXT, b"hi")),
            fragment.len(),
            ExpectedContinuation,
            1002,
        ),
        row("125 in 16 bits", length(BINARY, 126, &[0, 125]), 3, LengthNotMinimal, 1002),
        row(
            "65,535 in 64 bits",
            length(BINARY, 127, &[0, 0, 0, 0, 0, 0, 0xff, 0xff]),
            7,
            LengthNotMinimal,
            1002,
        ),
        row("2^63", length(BINARY, 127, &[0x80, 0, 0, 0, 0, 0, 0, 0]), 2, LengthTopBit, 1002),
        row("a Close of 1 byte", frame(CLOSE, &[3]), 6, ClosePayloadOneByte, 1002),
        Row { role: Role::Client, ..row("a mask from a server", frame(TEXT, b"hi"), 1, MaskPresent, 1002) },
    ]
}

/// The other codes.
pub(super) fn other_rows() -> Vec<Row> {
    let unexpected = |expected, got| Violation::UnexpectedKind { expected, got };
    let too_big = |kind, limit| Violation::TooBig { kind, limit };
    let utf8 = |name, bytes: Vec<u8>, at| row(name, bytes, at, Violation::InvalidUtf8, 1007);
    let fragments: Vec<u8> =
        std::iter::once(TEXT & !FIN).chain([0; 1023]).flat_map(|first| frame(first, b"")).collect();
    let pings: Vec<u8> =
        [PING, PONG].iter().cycle().take(100).flat_map(|first| frame(*first, b"hi")).collect();
    let first = frame(TEXT & !FIN, &[b'a'; 600]);
    vec![
        Row {
            limits: only_text(),
            ..row("binary", frame(BINARY, b"hi"), 0, unexpected(Kind::Text, Kind::Binary), 1003)
        },
        Row {
            limits: only_text(),
            ..row("binary without a mask", vec![BINARY, 0], 0, unexpected(Kind::Text, Kind::Binary), 1003)
        },
        Row {
            limits: Limits { accepts_text: false, ..limits() },
            ..row("text", header(TEXT & !FIN, 1 << 40, KEY), 0, unexpected(Kind::Binary, Kind::Text), 1003)
        },
        utf8("a wrong first byte", frame(TEXT, b"\xff then more"), 6),
        utf8("a wrong last byte", frame(TEXT, b"ab\xc0"), 8),
        utf8("a wrong second byte of four", frame(TEXT, b"a\xf0\x80 and more"), 8),
        utf8("a surrogate", frame(TEXT, b"\xed\xa0\x80"), 7),
        utf8("above U+10FFFF", frame(TEXT, b"\xf4\x90\x80\x80"), 7),
        utf8("an end inside a sequence", frame(TEXT, b"a\xe2\x82"), 8),
        utf8(
            "an end inside a sequence, by an empty fragment",
            [frame(TEXT & !FIN, b"a\xe2\x82"), frame(CONTINUATION, b"")].concat(),
            9 + 5,
        ),
        utf8(
            "a sequence broken across fragments",
            [frame(TEXT & !FIN, b"a\xe2\x82"), frame(PING, b"\xff"), frame(CONTINUATION, b"a")].concat(),
            9 + 7 + 6,
        ),
        utf8(
            "in a frame of which the rest never comes",
            [&header(TEXT, 1000, [0; 4])[..], b"abc\xff"].concat(),
            8 + 3,
        ),
        Row {
            limits: small(),
            ..row("text of 1,001", frame(TEXT, &[b'a'; 1001]), 3, too_big(Kind::Text, 1000), 1009)
        },
        Row {
            limits: small(),
            ..row("binary of 70,001", frame(BINARY, &[0; 70_001]), 9, too_big(Kind::Binary, 70_000), 1009)
        },
        Row {
            limits: Limits { max_text: 1, ..limits() },
            ..row("text of 2", frame(TEXT, b"ab"), 1, too_big(Kind::Text, 1), 1009)
        },
        Row {
            limits: small(),
            ..row(
                "fragments of 1,001 in all",
                [first.clone(), frame(CONTINUATION, &[b'a'; 401])].concat(),
                first.len() + 3,
                too_big(Kind::Text, 1000),
                1009,
            )
        },
        row(
            "2^63 - 1 behind a first fragment",
            [first.clone(), header(CONTINUATION, (1 << 63) - 1, KEY)].concat(),
            first.len() + 9,
            too_big(Kind::Text, 1 << 20),
            1009,
        ),
        row(
            "a reason that is not UTF-8",
            frame(CLOSE, b"\x03\xe8\xff"),
            8,
            Violation::InvalidCloseReason,
            1007,
        ),
        row(
            "frame 1,025 of a message",
            [&fragments[..], &frame(CONTINUATION, b"")].concat(),
            fragments.len(),
            Violation::TooManyFragments,
            1008,
        ),
        row(
            "ping 101",
            [&pings[..], &frame(PING, b"hi")].concat(),
            pings.len() + 7,
            Violation::ControlFlood,
            1008,
        ),
    ]
}
