//! Pings, pongs, and how many may come.

use std::time::{Duration, Instant};

use super::*;
use crate::message::Kind;

#[test]
fn pings_are_answered_in_order_inside_a_message_too() {
    let now = Instant::now();
    let mut session = server(limits(), now);
    let bytes = [
        frame(PING, b"1"),
        frame(TEXT & !FIN, b"a"),
        frame(PING, b""),
        frame(PONG, b"not asked for"),
        frame(PING, &[b'3'; 125]),
        frame(CONTINUATION, b"b"),
    ]
    .concat();
    assert_eq!(feed(&mut session, &bytes, now), [Seen::Text("ab".to_owned())]);
    let expected = [&[PONG, 1, b'1', PONG, 0, PONG, 125][..], &[b'3'; 125]].concat();
    assert_eq!(transmit(&mut session), expected);
}

#[test]
fn a_pong_goes_before_the_answer_to_a_later_message() {
    let now = Instant::now();
    let mut session = server(limits(), now);
    // One read, as a client that does not wait makes it: the answer is there before anything is written.
    let bytes = [frame(TEXT & !FIN, b"a"), frame(PING, b"1"), frame(CONTINUATION, b"b"), frame(PING, b"2")];
    let (first, second) = (&bytes[..3].concat(), &bytes[3]);
    assert_eq!(feed(&mut session, first, now), [Seen::Text("ab".to_owned())]);
    let mut out = Vec::new();
    assert!(session.send(Kind::Text, b"AB", &mut out, now));
    feed(&mut session, second, now);
    session.poll_transmit(&mut out);
    assert_eq!(out[..], [PONG, 1, b'1', TEXT, 2, b'A', b'B', PONG, 1, b'2']);
}

#[test]
fn our_ping_goes_behind_the_pongs() {
    let start = Instant::now();
    let mut session = server(limits(), start);
    feed(&mut session, &frame(PING, b"1"), start);
    assert!(session.handle_timeout(start + Duration::from_secs(20)).is_none());
    assert_eq!(transmit(&mut session), [PONG, 1, b'1', PING, 0]);
}

#[test]
fn a_ping_that_still_waits_is_dropped_at_the_close() {
    let start = Instant::now();
    let mut session = server(limits(), start);
    assert!(session.handle_timeout(start + Duration::from_secs(20)).is_none());
    assert!(session.has_transmit());
    session.fail(&Violation::HandlerPanic);
    assert_eq!(transmit(&mut session), our_close(1011, "internal error"));
}

#[test]
fn a_pong_that_is_due_takes_no_token() {
    let start = Instant::now();
    let interval = Duration::from_millis(10);
    let limits = Limits { control_burst: 1, control_rate: 0, ping_interval: Some(interval), ..limits() };
    let mut session = server(limits, start);
    for round in 1..=200 {
        let now = start + interval * round;
        assert!(session.handle_timeout(now).is_none());
        assert_eq!(transmit(&mut session), [PING, 0], "{round}");
        assert_eq!(feed(&mut session, &frame(PONG, b""), now), []);
    }
    // One that nobody asked for does.
    let now = start + interval * 200;
    assert_eq!(feed(&mut session, &frame(PONG, b""), now), []);
    assert_eq!(feed(&mut session, &frame(PONG, b""), now), [Seen::Violation(Violation::ControlFlood)]);
}

#[test]
fn tokens_come_back_at_their_rate() {
    let start = Instant::now();
    let mut session = server(limits(), start);
    let mut at = start;
    for _ in 0..100 {
        assert_eq!(feed(&mut session, &frame(PONG, b""), at), []);
    }
    // 20 a second, in steps that are no multiple of a token's time; none is lost by rounding.
    for _ in 0..1_000 {
        at += Duration::from_millis(25);
        assert_eq!(feed(&mut session, &[], at), []);
        at += Duration::from_millis(25);
        assert_eq!(feed(&mut session, &frame(PING, b""), at), []);
    }
    let flood = [Seen::Violation(Violation::ControlFlood)];
    assert_eq!(feed(&mut session, &frame(PING, b""), at + Duration::from_millis(49)), flood);
}

#[test]
fn fractions_of_a_token_add_up() {
    let start = Instant::now();
    let limits = Limits { control_rate: 3, control_burst: 2, ..limits() };
    let mut session = server(limits, start);
    feed(&mut session, &frame(PONG, b"").repeat(2), start);
    // Every 400 ms 1.2 tokens: what is left over makes a sixth frame possible after 2 s.
    let mut taken = 0;
    for step in 1..=5 {
        let at = start + Duration::from_millis(400 * step);
        assert_eq!(feed(&mut session, &frame(PONG, b""), at), []);
        taken += 1;
    }
    let at = start + Duration::from_millis(2_001);
    assert_eq!(feed(&mut session, &frame(PONG, b""), at), []);
    assert_eq!(taken, 5);
    assert_eq!(feed(&mut session, &frame(PONG, b""), at), [Seen::Violation(Violation::ControlFlood)]);
}

#[test]
fn a_full_bucket_holds_no_more_than_its_burst() {
    let start = Instant::now();
    let mut session = server(limits(), start);
    let later = start + Duration::from_secs(1_000_000);
    let seen = feed(&mut session, &frame(PING, b"").repeat(101), later);
    assert_eq!(seen, [Seen::Violation(Violation::ControlFlood)]);
    assert_eq!(transmit(&mut session).len(), 200);
}

#[test]
fn without_a_rate_there_is_only_the_burst() {
    let start = Instant::now();
    let mut session = server(Limits { control_rate: 0, control_burst: 1, ..limits() }, start);
    let later = start + Duration::from_secs(1_000);
    assert_eq!(feed(&mut session, &frame(PING, b""), start), []);
    assert_eq!(feed(&mut session, &frame(PING, b""), later), [Seen::Violation(Violation::ControlFlood)]);
}

#[test]
fn waiting_pongs_are_whole_up_to_their_bound() {
    let now = Instant::now();
    let limits = Limits { control_burst: 100, ..limits() };
    let mut session = server(limits, now);
    // 31 pongs of 127 bytes, and one that fills what a longest one more may not exceed: 4,096 - 127.
    feed(&mut session, &frame(PING, &[b'a'; 125]).repeat(31), now);
    feed(&mut session, &frame(PING, &[b'b'; 30]), now);
    let full = transmit(&mut session);
    assert_eq!(full.len(), 31 * 127 + 32);
    assert_eq!(full.len(), 4096 - 127);

    // One byte more, and the new one takes the place of the last.
    feed(&mut session, &frame(PING, &[b'a'; 125]).repeat(31), now);
    feed(&mut session, &frame(PING, &[b'b'; 31]), now);
    assert_eq!(transmit(&mut session).len(), 30 * 127 + 33);
}

#[test]
fn what_was_not_read_is_excused() {
    let start = Instant::now();
    let limits = Limits { control_rate: 10, control_burst: 2, ..limits() };
    let mut session = server(limits, start);
    // While nothing was read for 2.5 s, 25 more may have come in.
    let later = start + Duration::from_millis(2_500);
    session.excuse(start, later);
    // No time is excused twice.
    session.excuse(start, later);
    assert_eq!(feed(&mut session, &frame(PONG, b"").repeat(27), later), []);
    assert_eq!(feed(&mut session, &frame(PONG, b""), later), [Seen::Violation(Violation::ControlFlood)]);
}

#[test]
fn what_was_read_is_not_excused() {
    let start = Instant::now();
    let limits = Limits { control_rate: 10, control_burst: 2, ..limits() };
    let mut session = server(limits, start);
    let later = start + Duration::from_secs(3600);
    session.excuse(later - Duration::from_millis(500), later);
    assert_eq!(feed(&mut session, &frame(PONG, b"").repeat(7), later), []);
    assert_eq!(feed(&mut session, &frame(PONG, b""), later), [Seen::Violation(Violation::ControlFlood)]);
}
