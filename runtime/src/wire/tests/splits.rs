//! Segmentation invariance: however the bytes are split into reads, the events, what is sent, the state and
//! the deadlines are the same, and equal to what the reference makes of the stream.

use std::time::Instant;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::wire::fuzz::frames::run;

/// Limits that small streams reach.
fn tight() -> impl Strategy<Value = Limits> {
    let kinds = prop_oneof![4 => Just((true, true)), 1 => Just((true, false)), 1 => Just((false, true))];
    (kinds, 40_usize..300, 40_usize..300, 2_u32..6, 2_u32..9).prop_map(
        |((accepts_text, accepts_binary), max_text, max_binary, max_fragments, control_burst)| Limits {
            accepts_text,
            accepts_binary,
            max_text,
            max_binary,
            max_fragments,
            control_burst,
            ..limits()
        },
    )
}

/// Text, mostly.
fn text() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        12 => vec(any::<char>(), 0..40).prop_map(|chars| String::from_iter(chars).into_bytes()),
        6 => "[ -~]{0,200}".prop_map(String::into_bytes),
        1 => (vec(any::<char>(), 1..20), any::<Index>(), 0x80_u8..).prop_map(|(chars, at, wrong)| {
            let mut bytes = String::from_iter(chars).into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = wrong;
            bytes
        }),
        1 => (vec(any::<char>(), 1..20), 1_usize..4).prop_map(|(chars, cut)| {
            let mut bytes = String::from_iter(chars).into_bytes();
            bytes.truncate(bytes.len().saturating_sub(cut));
            bytes
        }),
    ]
}

/// A message in fragments, with pings in between.
fn message() -> impl Strategy<Value = Vec<u8>> {
    let body = prop_oneof![
        text().prop_map(|payload| (TEXT, payload)),
        vec(any::<u8>(), 0..200).prop_map(|payload| (BINARY, payload)),
    ];
    let cuts = prop_oneof![2 => Just(Vec::new()), 1 => vec(any::<Index>(), 1..4)];
    (body, cuts, any::<[u8; 4]>(), prop::bool::weighted(0.2)).prop_map(
        |((first, payload), cuts, key, pings)| {
            let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(payload.len() + 1)).collect();
            ends.sort_unstable();
            ends.push(payload.len());
            let mut bytes = Vec::new();
            let mut start = 0;
            for (number, end) in ends.iter().copied().enumerate() {
                let opcode = if number == 0 { first & !FIN } else { 0 };
                let fin = if number + 1 == ends.len() { FIN } else { 0 };
                if pings && number > 0 {
                    bytes.extend(frame_with_key(PING, b"between", key));
                }
                bytes.extend(frame_with_key(fin | opcode, &payload[start..end], key));
                start = end;
            }
            bytes
        },
    )
}

/// A control frame.
fn control() -> impl Strategy<Value = Vec<u8>> {
    let payload = || vec(any::<u8>(), 0..=125);
    let code = prop_oneof![3 => Just(1000_u16), 1 => 999_u16..1017, 1 => any::<u16>()];
    let reason = prop_oneof![
        3 => "[a-zäß]{0,20}".prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..20),
    ];
    prop_oneof![
        6 => (payload(), any::<[u8; 4]>()).prop_map(|(payload, key)| frame_with_key(PING, &payload, key)),
        3 => (payload(), any::<[u8; 4]>()).prop_map(|(payload, key)| frame_with_key(PONG, &payload, key)),
        2 => (code, reason).prop_map(|(code, reason)| frame(CLOSE, &close_payload(code, &reason))),
        1 => vec(any::<u8>(), 0..2).prop_map(|payload| frame(CLOSE, &payload)),
    ]
}

/// Bytes that break a rule, most of the time.
fn broken() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 1..20),
        (any::<u8>(), vec(any::<u8>(), 0..130)).prop_map(|(first, payload)| frame(first, &payload)),
        (prop::sample::select(&[TEXT, BINARY, 1, 2][..]), any::<u64>(), 0_u32..64)
            .prop_map(|(first, length, shift)| header(first, length >> shift, KEY)),
        (prop::sample::select(&[TEXT, BINARY, 1, 2, 0][..]), 0_u64..(1 << 17))
            .prop_map(|(first, length)| { [&[first, 0xff], &length.to_be_bytes()[..], &KEY].concat() }),
        (prop::sample::select(&[TEXT, BINARY, 1, 2, 0][..]), 0_u16..300)
            .prop_map(|(first, length)| { [&[first, 0xfe], &length.to_be_bytes()[..], &KEY].concat() }),
        message().prop_map(|mut bytes| {
            bytes[0] &= !FIN;
            bytes
        }),
        message().prop_map(|mut bytes| {
            bytes[1] &= 0x7f;
            bytes
        }),
    ]
}

/// A stream: valid for the most part, so that what breaks a rule has something before and behind it.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![12 => message().boxed(), 4 => control().boxed(), 1 => broken().boxed()];
    (vec(piece, 1..8), prop::option::weighted(0.3, any::<Index>())).prop_map(|(pieces, cut)| {
        let mut bytes = pieces.concat();
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len() + 1));
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(10_000) })]

    #[test]
    fn any_split_has_the_same_outcome_as_the_reference(
        limits in tight(),
        bytes in stream(),
        splits in vec(any::<Index>(), 0..12),
    ) {
        let now = Instant::now();
        let whole = run(&limits, &bytes, &[], None, now);
        prop_assert_eq!(&whole.seen, &reference::events(&bytes, &limits));
        let ends: Vec<usize> = splits.iter().map(|split| split.index(bytes.len() + 1)).collect();
        prop_assert_eq!(&run(&limits, &bytes, &ends, None, now), &whole);
        let ends: Vec<usize> = (0..bytes.len()).collect();
        prop_assert_eq!(&run(&limits, &bytes, &ends, None, now), &whole);
    }

    #[test]
    fn any_split_has_the_same_outcome_when_we_close_in_between(
        limits in tight(),
        bytes in stream(),
        splits in vec(any::<Index>(), 0..12),
        close: Index,
    ) {
        let now = Instant::now();
        let close = Some(close.index(bytes.len() + 1));
        let whole = run(&limits, &bytes, &[], close, now);
        let ends: Vec<usize> = splits.iter().map(|split| split.index(bytes.len() + 1)).collect();
        prop_assert_eq!(&run(&limits, &bytes, &ends, close, now), &whole);
        let ends: Vec<usize> = (0..bytes.len()).collect();
        prop_assert_eq!(&run(&limits, &bytes, &ends, close, now), &whole);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..300)) {
        let now = Instant::now();
        prop_assert_eq!(run(&limits(), &bytes, &[], None, now).seen, reference::events(&bytes, &limits()));
    }
}

/// A stream with one of everything, a broken sequence at its end.
fn corpus() -> Vec<u8> {
    let text = "Grüße, κόσμε, 世界, 🦀! ".repeat(20);
    let (front, back) = text.as_bytes().split_at(101);
    [
        frame(TEXT, b""),
        frame(TEXT, text.as_bytes()),
        frame(PING, b"one"),
        frame(TEXT & !FIN, front),
        frame(PING, &[0xff; 125]),
        frame(0, b""),
        frame(PONG, b""),
        frame(CONTINUATION, back),
        frame(BINARY, &[0xff; 2300]),
        frame(BINARY & !FIN, &[0; 127]),
        frame(CONTINUATION, &[0; 125]),
        frame(TEXT & !FIN, b"before \xe2\x82"),
        frame(CONTINUATION, b"( after"),
    ]
    .concat()
}

#[test]
fn every_split_in_two_of_a_fixed_stream_has_the_same_outcome() {
    let now = Instant::now();
    let bytes = corpus();
    assert!(bytes.len() >= 4096, "{}", bytes.len());
    let whole = run(&limits(), &bytes, &[], None, now);
    assert_eq!(whole.seen.len(), 6);
    assert_eq!(whole.seen, reference::events(&bytes, &limits()));
    for split in 0..=bytes.len() {
        assert_eq!(run(&limits(), &bytes, &[split], None, now), whole, "at {split}");
    }
}
