//! What a connection costs.

use std::time::Instant;

use bytes::BufMut;

use super::*;
use crate::wire::{BinaryPayload, Event, TextPayload};

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

#[test]
fn a_session_is_small() {
    assert!(size_of::<Session>() <= 400, "{}", size_of::<Session>());
}

#[test]
fn an_idle_session_owns_no_heap_memory() {
    let now = Instant::now();
    let mut session = server(limits(), now);
    let parts = [
        frame(TEXT & !FIN, b"a"),
        frame(PING, &[7; 100]),
        frame(CONTINUATION, &[b'a'; 4000]),
        frame(BINARY, &[0; 70_000]),
        frame(PONG, &[7; 100]),
    ];
    feed_bytes(&mut session, &parts.concat(), now);
    assert!(session.capacity() > 0, "a pong waits");
    transmit(&mut session);
    assert_eq!(session.capacity(), 0);
}

#[test]
fn a_message_that_is_whole_in_the_input_is_not_copied() {
    let now = Instant::now();
    let mut session = server(limits(), now);
    let mut text = frame(TEXT, b"hi");
    let step = session.handle_input(&mut text, now);
    assert!(matches!(step.event, Some(Event::Text(TextPayload::Lent("hi")))), "{step:?}");
    let mut binary = frame(BINARY, b"hi");
    let step = session.handle_input(&mut binary, now);
    assert!(matches!(step.event, Some(Event::Binary(BinaryPayload::Lent(b"hi")))), "{step:?}");
    let mut behind = [frame(PING, b"1"), frame(BINARY, &[7; 70_000])].concat();
    let event = session.handle_input(&mut behind, now).event;
    assert!(matches!(event, Some(Event::Binary(BinaryPayload::Lent(payload))) if payload.len() == 70_000));
}

#[test]
fn a_header_reserves_nothing() {
    let now = Instant::now();
    let limits = Limits { max_text: 16 << 20, max_binary: 16 << 20, ..limits() };
    let mut session = server(limits, now);
    feed(&mut session, &header(TEXT & !FIN, 8 << 20, KEY), now);
    assert_eq!(session.capacity(), 0);
    // And the payload costs at most twice what arrived.
    feed(&mut session, &[0x37; 1], now);
    assert!(session.capacity() <= 64, "{}", session.capacity());
    for _ in 0..100 {
        feed(&mut session, &[0; 0], now);
        feed(
            &mut session,
            &"aaaa"
                .bytes()
                .zip(KEY.iter().cycle().skip(1))
                .map(|(a, k)| a ^ k)
                .collect::<Vec<_>>()
                .repeat(25),
            now,
        );
    }
    assert!((10_001..=20_002).contains(&session.capacity()), "{}", session.capacity());
}

#[test]
fn the_space_for_a_long_payload_is_at_most_what_has_arrived() {
    let now = Instant::now();
    let text = "a".repeat(4_000);
    for (first, expected) in [(TEXT, Seen::Text(text.clone())), (BINARY, Seen::Binary(text.clone().into()))] {
        let mut session = server(limits(), now);
        let bytes = frame(first, text.as_bytes());
        let (arrived, mut rest) = bytes.split_at(8 + 1_200);
        assert!(session.space(0).is_none() && session.handle_read(0, now).is_none(), "nothing is coming in");
        assert_eq!(feed(&mut session, arrived, now), []);
        assert!(session.space(1_201).is_none(), "not as much has arrived");

        // Room for half of what has arrived is enough, and no more than what is to come is needed.
        let mut seen = None;
        for (space, read) in [(1_200, 400), (800, 100), (1_700, 1_700), (600, 600)] {
            assert_eq!(seen, None);
            let mut buf = session.space(600).unwrap();
            assert_eq!(buf.remaining_mut(), space);
            buf.put_slice(&rest[..read]);
            drop(buf);
            rest = &rest[read..];
            seen = session.handle_read(read, now).map(Seen::from);
        }
        assert_eq!(seen, Some(expected));
    }
}

#[test]
fn a_long_payload_is_not_moved_for_its_last_bytes() {
    let now = Instant::now();
    let kinds = [(BINARY, Seen::Binary(vec![7; 64 * KIB])), (TEXT, Seen::Text("\u{7}".repeat(64 * KIB)))];
    for (opcode, expected) in kinds {
        let bytes = frame(opcode, &[7; 64 * KIB]);
        for last in [1, 100, 30 * KIB] {
            let mut session = server(limits(), now);
            let (arrived, rest) = bytes.split_at(bytes.len() - last);
            assert_eq!(feed(&mut session, arrived, now), []);
            assert_eq!(session.capacity(), 64 * KIB);
            assert_eq!(feed(&mut session, rest, now), std::slice::from_ref(&expected));
        }
    }
}

#[test]
fn a_long_payload_grows_in_few_steps() {
    let now = Instant::now();
    // The first read has a header in it.
    for (first, payload, spaces) in [
        (64 * KIB - 14, 256 * KIB, &[64 * KIB - 14, 128 * KIB + 28][..]),
        (64 * KIB - 14, MIB, &[64 * KIB - 14, 128 * KIB - 28, 256 * KIB - 56, 512 * KIB + 112]),
        (
            64 * KIB - 14,
            5 * MIB,
            &[64 * KIB - 14, 128 * KIB - 28, 256 * KIB - 56, 1536 * KIB - 336, 3 * MIB + 448],
        ),
        (64 * KIB, 5 * MIB, &[64 * KIB, 128 * KIB, 768 * KIB, 3 * MIB, MIB]),
    ] {
        let mut session = server(Limits { max_binary: 16 * MIB, ..limits() }, now);
        feed(&mut session, &header(BINARY, payload as u64, [0; 4]), now);
        feed(&mut session, &vec![7; first], now);
        let mut seen = None;
        for &space in spaces {
            assert_eq!(seen, None);
            let mut buf = session.space(1).unwrap();
            assert_eq!(buf.remaining_mut(), space, "{payload}");
            buf.put_bytes(7, space);
            drop(buf);
            seen = session.handle_read(space, now).map(Seen::from);
        }
        assert_eq!(seen, Some(Seen::Binary(vec![7; payload])));
    }
}

#[test]
fn waiting_pongs_are_bounded_and_the_last_one_is_the_newest() {
    let now = Instant::now();
    let mut session = server(Limits { control_burst: 10_000, ..limits() }, now);
    for number in 0..5_000_u32 {
        let mut payload = number.to_be_bytes().to_vec();
        payload.resize(if number % 7 == 0 { 125 } else { 4 + number as usize % 11 }, 0);
        assert_eq!(feed(&mut session, &frame(PING, &payload), now), []);
        assert!(session.capacity() <= 8192);
    }
    let out = transmit(&mut session);
    assert!(out.len() > 3800 && out.len() <= 4096, "{}", out.len());
    let mut numbers = Vec::new();
    let mut rest = &out[..];
    while let [PONG, len, payload @ ..] = rest {
        numbers.push(u32::from_be_bytes(*payload.first_chunk().unwrap()));
        rest = &payload[usize::from(*len)..];
    }
    // Where a shorter pong took the place of a longer one, the next one had room again: there are gaps near
    // the end.
    assert!(numbers.is_sorted());
    assert_eq!(numbers[..100], Vec::from_iter(0..100));
    assert_eq!(numbers.last(), Some(&4_999));
}

#[test]
fn a_failed_session_gives_its_memory_back() {
    let now = Instant::now();
    let mut session = server(limits(), now);
    feed(&mut session, &frame(TEXT & !FIN, &[b'a'; 5000]), now);
    assert!(session.capacity() >= 5000);
    feed(&mut session, &[0xff], now);
    assert_eq!(session.capacity(), 0);
}
