//! Every deadline, with made-up times.

use std::time::{Duration, Instant};

use super::*;
use crate::close::Leaving;
use crate::message::Kind;
use crate::wire::event::State;

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// Only the message's deadline.
fn without_pings() -> Limits {
    Limits { ping_interval: None, ..limits() }
}

/// Asserts that nothing happens right before `at`, and returns what happens at it.
fn at(session: &mut Session, at: Instant) -> Option<Seen> {
    assert_eq!(session.poll_timeout(), Some(at));
    assert!(session.handle_timeout(at - Duration::from_nanos(1)).is_none());
    assert!(!session.has_transmit());
    assert_eq!(session.poll_timeout(), Some(at), "an early call changes nothing");
    session.handle_timeout(at).map(Seen::from)
}

#[test]
fn a_silent_peer_is_pinged_and_then_lost() {
    let start = Instant::now();
    let mut session = server(limits(), start);
    assert!(!session.awaits_pong());
    assert_eq!(at(&mut session, start + secs(20)), None);
    assert!(session.awaits_pong());
    assert_eq!(transmit(&mut session), [PING, 0]);
    assert_eq!(at(&mut session, start + secs(40)), Some(Seen::Lost(Lost::NoPong)));
    assert_eq!(session.state(), State::Failed);
    assert_eq!(session.poll_timeout(), None);
    assert!(session.handle_timeout(start + secs(100)).is_none());
    assert!(!session.send(Kind::Text, b"hi", &mut Vec::new(), start));
}

#[test]
fn nothing_waits_for_a_peer_that_is_lost() {
    let start = Instant::now();
    let mut session = server(limits(), start);
    feed(&mut session, &frame(PING, b"1"), start);
    assert!(session.handle_timeout(start + secs(20)).is_none());
    assert!(session.handle_timeout(start + secs(40)).is_some());
    assert!(!session.has_transmit());
}

#[test]
fn any_byte_is_a_sign_of_life() {
    let start = Instant::now();
    let mut session = server(limits(), start);
    assert_eq!(at(&mut session, start + secs(20)), None);
    transmit(&mut session);
    feed(&mut session, &[TEXT], start + secs(39));
    assert_eq!(at(&mut session, start + secs(59)), None);
    assert_eq!(transmit(&mut session), [PING, 0]);
    feed(&mut session, &[], start + secs(60));
    assert_eq!(session.poll_timeout(), Some(start + secs(69)), "an empty read is none");
}

#[test]
fn a_late_ping_gives_the_peer_its_whole_time() {
    let start = Instant::now();
    let mut session = server(limits(), start);
    assert!(session.handle_timeout(start + secs(100)).is_none());
    assert_eq!(transmit(&mut session), [PING, 0]);
    assert_eq!(session.poll_timeout(), Some(start + secs(120)));
}

#[test]
fn a_message_must_be_whole_in_time_whatever_comes_in_between() {
    let timeout = Some(Seen::Violation(Violation::MessageTimeout));
    let begins: [&[u8]; 5] =
        [&[TEXT], &header(TEXT, 1000, KEY), &frame(TEXT & !FIN, b""), &[PING], &frame(PING, b"abc")[..8]];
    for begin in begins {
        let start = Instant::now();
        let mut session = server(without_pings(), start);
        assert_eq!(session.poll_timeout(), None);
        // A whole message and a ping before it have no part in it.
        feed(&mut session, &[frame(TEXT, b"hi"), frame(PING, b"")].concat(), start);
        transmit(&mut session);
        assert_eq!(session.poll_timeout(), None);
        assert!(!session.is_unfinished());
        feed(&mut session, &frame(BINARY, b"hi")[..3], start + secs(1));
        let rest = [&frame(BINARY, b"hi")[3..], begin].concat();
        feed(&mut session, &rest, start + secs(5));
        assert!(session.is_unfinished());
        if begin == frame(TEXT & !FIN, b"") {
            feed(&mut session, &frame(PING, b""), start + secs(12));
            transmit(&mut session);
            feed(&mut session, &frame(0, b"x"), start + secs(20));
        }
        assert_eq!(at(&mut session, start + secs(35)), timeout);
        assert_eq!(session.poll_timeout(), None);
        session.fail(&Violation::MessageTimeout);
        assert_eq!(transmit(&mut session), our_close(1008, "message not finished in time"));
    }
}

#[test]
fn a_finished_message_has_no_deadline() {
    let start = Instant::now();
    let mut session = server(without_pings(), start);
    for (seconds, byte) in frame(TEXT, b"hello").iter().enumerate() {
        feed(&mut session, &[*byte], start + secs(seconds as u64));
    }
    assert_eq!(session.poll_timeout(), None);
}

#[test]
fn an_idle_connection_is_told_of_unless_messages_come_or_go() {
    let start = Instant::now();
    let limits = Limits { idle_timeout: Some(secs(60)), ..without_pings() };
    let mut session = server(limits, start);
    feed(&mut session, &frame(TEXT, b"hi"), start + secs(10));
    assert_eq!(session.poll_timeout(), Some(start + secs(70)));
    session.send(Kind::Text, b"hi", &mut Vec::new(), start + secs(20));
    assert_eq!(session.poll_timeout(), Some(start + secs(80)));
    session.work(start + secs(30));
    assert_eq!(session.poll_timeout(), Some(start + secs(90)));
    feed(&mut session, &frame(BINARY, b"hi"), start + secs(21));
    feed(&mut session, &frame(PING, b"hi"), start + secs(50));
    transmit(&mut session);
    assert_eq!(at(&mut session, start + secs(81)), Some(Seen::Idle));
    session.close(&Leaving::Idle.close_frame());
    assert_eq!(transmit(&mut session), our_close(1001, "no message for too long"));
    // It is not failed: the peer's Close is taken.
    let answer = frame(CLOSE, &close_payload(1001, b""));
    assert_eq!(feed(&mut session, &answer, start + secs(82)), [Seen::Close(1001, String::new())]);
}

#[test]
fn a_violation_or_a_close_ends_all_deadlines() {
    let start = Instant::now();
    for bytes in [&[0xff][..], &frame(CLOSE, b"")] {
        let mut session = server(Limits { idle_timeout: Some(secs(60)), ..limits() }, start);
        assert!(session.poll_timeout().is_some());
        assert_eq!(feed(&mut session, bytes, start).len(), 1);
        assert_eq!(session.poll_timeout(), None);
        assert!(session.handle_timeout(start + secs(1000)).is_none());
    }
}

#[test]
fn a_deadline_beyond_the_clock_is_none() {
    let start = Instant::now();
    let limits = Limits { ping_interval: Some(Duration::MAX), message_deadline: Duration::MAX, ..limits() };
    let mut session = server(limits, start);
    feed(&mut session, &[TEXT], start);
    assert_eq!(session.poll_timeout(), None);
}

#[test]
fn what_was_not_read_is_not_held_against_the_peer() {
    let start = Instant::now();
    let mut session = server(limits(), start);
    feed(&mut session, &frame(TEXT & !FIN, b"a"), start);
    assert_eq!(at(&mut session, start + secs(20)), None);
    transmit(&mut session);
    // Without it, the message would be late at 30 s and the pong at 40 s.
    session.excuse(start, start + secs(25));
    assert_eq!(at(&mut session, start + secs(45)), None);
    transmit(&mut session);
    assert_eq!(at(&mut session, start + secs(55)), Some(Seen::Violation(Violation::MessageTimeout)));

    // A message that has begun goes on where it was: what was read of it before is not forgotten.
    let mut session = server(without_pings(), start);
    feed(&mut session, &frame(TEXT & !FIN, b"a"), start);
    session.excuse(start + secs(10), start + secs(12));
    assert_eq!(at(&mut session, start + secs(32)), Some(Seen::Violation(Violation::MessageTimeout)));

    // A peer that was not pinged yet is pinged all the same.
    let mut session = server(limits(), start);
    session.excuse(start, start + secs(10));
    assert_eq!(at(&mut session, start + secs(20)), None);
}
