//! Payload lengths around each boundary of the encoding, in both directions.

use std::io::Cursor;
use std::time::Instant;

use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;

use super::*;
use crate::message::Kind;
use crate::wire::decoder::Decoder;
use crate::wire::{HEADER_ROOM, ProtocolError};

/// 0, 125 to 127, 65,535 to 65,537, and each power of two up to 2^17 with its neighbours.
fn lengths() -> impl Iterator<Item = usize> {
    let powers = (1..=17).map(|power| 1_usize << power);
    [0, 1, 125, 126, 127].into_iter().chain(powers.flat_map(|power| power - 1..=power + 1))
}

#[test]
fn a_frame_of_each_length_is_taken_whole_and_in_parts() {
    let now = Instant::now();
    for length in lengths() {
        let payload: Vec<u8> = (0..length).map(|i| (i % 251) as u8).collect();
        let bytes = frame(BINARY, &payload);
        let expected = [Seen::Binary(payload)];
        let mut session = server(limits(), now);
        assert_eq!(feed(&mut session, &bytes, now), expected, "{length}");
        for split in 1..bytes.len().min(17) {
            let (front, back) = bytes.split_at(split);
            assert_eq!(feed(&mut session, front, now), [], "{length} at {split}");
            assert_eq!(feed(&mut session, back, now), expected, "{length} at {split}");
        }
    }
}

#[test]
fn a_frame_that_is_whole_goes_the_short_way() {
    for length in lengths().filter(|length| *length < 1 << 16) {
        for (first, kind) in [(TEXT, Kind::Text), (BINARY, Kind::Binary)] {
            let mut payload = vec![b'a'; length];
            let mut bytes = [&frame(first, &payload)[..], b"more"].concat();
            let mut input = &mut bytes[..];
            let within = Limits { max_text: length, max_binary: length, ..limits() };
            let taken = Decoder::new(Role::Server).next_whole(&mut input, &within);
            assert_eq!(taken, Some((kind, &mut payload[..])), "{length}");
            assert_eq!(input, b"more", "{length}");
        }
    }
}

#[test]
fn what_looks_like_a_frame_inside_another_is_none() {
    let now = Instant::now();
    let inner = frame(TEXT, b"never seen");
    // The last one's length looks like the first two bytes of an empty text.
    let outer = [
        (frame_with_key(PING, &inner, [0; 4]), vec![]),
        (frame_with_key(BINARY, &inner, [0; 4]), vec![Seen::Binary(inner)]),
        (frame(BINARY, &[7; 0x8180]), vec![Seen::Binary(vec![7; 0x8180])]),
    ];
    for (bytes, expected) in outer {
        for split in 1..16 {
            let mut session = server(limits(), now);
            assert_eq!(feed(&mut session, &bytes[..split], now), [], "at {split}");
            assert_eq!(feed(&mut session, &bytes[split..], now), expected, "at {split}");
        }
    }
}

#[test]
fn a_header_of_each_length_is_judged_by_the_limit() {
    let now = Instant::now();
    let huge = (17..63).flat_map(|power| (1_usize << power) - 1..=(1 << power) + 1);
    for length in lengths().chain(huge).chain([usize::MAX >> 1]).filter(|length| *length > 0) {
        let bytes = header(BINARY, length as u64, KEY);
        let within = Limits { max_binary: length, ..limits() };
        assert_eq!(feed(&mut server(within, now), &bytes, now), [], "{length}");
        let limit = length - 1;
        let below = Limits { max_binary: limit, ..limits() };
        let too_big = Seen::Violation(Violation::TooBig { kind: Kind::Binary, limit });
        assert_eq!(feed(&mut server(below, now), &bytes, now), [too_big], "{length}");
    }
}

#[test]
fn a_length_in_more_bytes_than_it_needs_is_refused() {
    let now = Instant::now();
    let refused = [Seen::Violation(ProtocolError::LengthNotMinimal.into())];
    for length in 0..=u16::MAX {
        let in_64_bits = [&[BINARY, 0x80 | 127][..], &u64::from(length).to_be_bytes(), &KEY].concat();
        assert_eq!(feed(&mut server(limits(), now), &in_64_bits, now), refused, "{length}");
        if length < 126 {
            let in_16_bits = [&[BINARY, 0x80 | 126][..], &length.to_be_bytes(), &KEY].concat();
            assert_eq!(feed(&mut server(limits(), now), &in_16_bits, now), refused, "{length}");
        }
    }
}

#[test]
fn tungstenite_reads_the_headers_that_are_written() {
    let now = Instant::now();
    let mut session = server(limits(), now);
    for length in lengths().chain([usize::MAX >> 1]) {
        for kind in [Kind::Text, Kind::Binary] {
            let mut out = Vec::new();
            assert!(session.encode_header(kind, length, &mut out, now));
            let mut cursor = Cursor::new(&out);
            let (header, read) = FrameHeader::parse(&mut cursor).unwrap().unwrap();
            assert_eq!((read, cursor.position()), (length as u64, out.len() as u64));
            // It reads lengths that are not minimal too, so that the length of its own header is compared.
            assert_eq!(header.len(read), out.len());
            assert!(header.is_final && header.mask.is_none() && !header.rsv1 && !header.rsv2 && !header.rsv3);
            assert_eq!(u8::from(header.opcode), if kind == Kind::Text { 1 } else { 2 });
            // It is the same where it is written before its payload.
            let mut room = [0xee; HEADER_ROOM];
            let start = session.encode_header_before(kind, length, &mut room, now).unwrap();
            assert_eq!(room[start..], out);
        }
    }
}

#[test]
fn send_writes_the_header_and_the_payload() {
    let now = Instant::now();
    let mut session = server(limits(), now);
    let mut out = Vec::new();
    assert!(session.send(Kind::Text, b"hi", &mut out, now));
    assert!(session.send(Kind::Binary, b"", &mut out, now));
    assert_eq!(out[..], [TEXT, 2, b'h', b'i', BINARY, 0]);
}
