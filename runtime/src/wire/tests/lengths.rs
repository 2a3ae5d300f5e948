//! Payload lengths around each boundary of the encoding, in both directions.

use std::io::Cursor;
use std::time::Instant;

use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;

use super::*;
use crate::message::Kind;

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
fn tungstenite_reads_the_headers_that_are_written() {
    let now = Instant::now();
    let mut session = server(limits(), now);
    for length in lengths().chain([usize::MAX >> 1]) {
        for kind in [Kind::Text, Kind::Binary] {
            let mut out = BytesMut::new();
            assert!(session.encode_header(kind, length, &mut out, now));
            let mut cursor = Cursor::new(&out);
            let (header, read) = FrameHeader::parse(&mut cursor).unwrap().unwrap();
            assert_eq!((read, cursor.position()), (length as u64, out.len() as u64));
            // It reads lengths that are not minimal too, so that the length of its own header is compared.
            assert_eq!(header.len(read), out.len());
            assert!(header.is_final && header.mask.is_none() && !header.rsv1 && !header.rsv2 && !header.rsv3);
            assert_eq!(u8::from(header.opcode), if kind == Kind::Text { 1 } else { 2 });
        }
    }
}

#[test]
fn send_writes_the_header_and_the_payload() {
    let now = Instant::now();
    let mut session = server(limits(), now);
    let mut out = BytesMut::new();
    assert!(session.send(Kind::Text, b"hi", &mut out, now));
    assert!(session.send(Kind::Binary, b"", &mut out, now));
    assert_eq!(out[..], [TEXT, 2, b'h', b'i', BINARY, 0]);
}
