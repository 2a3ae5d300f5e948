//! The closing handshake from both sides, and what is ignored after its parts.

use std::time::Instant;

use super::*;
use crate::close::{CloseCode, CloseFrame};
use crate::message::Kind;
use crate::wire::HEADER_ROOM;
use crate::wire::event::State;

fn normal() -> CloseFrame {
    CloseFrame::new(CloseCode::NORMAL_CLOSURE, "done")
}

#[test]
fn the_peers_close_is_echoed_without_its_reason() {
    let now = Instant::now();
    for (payload, seen, reply) in [
        (vec![], Seen::Close(1005, String::new()), vec![CLOSE, 0]),
        (close_payload(1000, b""), Seen::Close(1000, String::new()), our_close(1000, "")),
        (
            close_payload(4999, "tschüß".as_bytes()),
            Seen::Close(4999, "tschüß".to_owned()),
            our_close(4999, ""),
        ),
    ] {
        let mut session = server(limits(), now);
        let bytes =
            [frame(PING, b"1"), frame(CLOSE, &payload), frame(TEXT, b"never seen"), vec![0xff]].concat();
        assert_eq!(feed(&mut session, &bytes, now), [seen]);
        assert_eq!(session.state(), State::PeerClosing);
        // Earlier messages may still be answered.
        let mut out = Vec::new();
        assert!(session.send(Kind::Text, b"hi", &mut out, now));
        assert_eq!(out[..], [PONG, 1, b'1', TEXT, 2, b'h', b'i']);
        session.reply_close();
        assert_eq!(session.state(), State::Closed);
        session.reply_close();
        session.close(&normal());
        assert_eq!(transmit(&mut session), reply);
        assert!(!session.send(Kind::Text, b"hi", &mut Vec::new(), now));
        assert_eq!(session.encode_header_before(Kind::Text, 2, &mut [0; HEADER_ROOM], now), None);
        assert!(session.handle_eof().is_none());
    }
}

#[test]
fn our_close_goes_behind_the_pongs_and_is_the_last_frame() {
    let now = Instant::now();
    let mut session = server(limits(), now);
    feed(&mut session, &frame(PING, b"1"), now);
    session.close(&normal());
    assert_eq!(session.state(), State::Closing);
    session.close(&normal());
    session.reply_close();
    feed(&mut session, &frame(PING, b"2").repeat(1_000), now);
    let mut out = Vec::new();
    assert!(!session.send(Kind::Text, b"hi", &mut out, now));
    assert!(out.is_empty());
    assert_eq!(transmit(&mut session), [vec![PONG, 1, b'1'], our_close(1000, "done")].concat());
    session.fail(&Violation::HandlerPanic);
    assert_eq!(session.state(), State::Failed);
    assert!(!session.has_transmit());
}

#[test]
fn after_our_close_data_is_skipped_up_to_the_peers_close() {
    let now = Instant::now();
    let limits = Limits { accepts_binary: false, max_text: 10, ..limits() };
    let skipped = [
        frame(TEXT, b"\xff\xff"),
        frame(TEXT, &[b'a'; 200]),
        frame(BINARY, &[0; 70_000]),
        frame(TEXT & !FIN, b"a"),
        frame(PING, b"2"),
        frame(0, b"\xff"),
        frame(CONTINUATION, b"looks like a Close: \x88\x80"),
        frame(CLOSE, &close_payload(1001, b"bye")),
        frame(TEXT, b"never seen"),
    ]
    .concat();
    // The Close comes while nothing, a header, a payload, a fragmented message or a control frame is
    // unfinished.
    let unfinished = [frame(TEXT, b"abcdefghi"), frame(TEXT & !FIN, b"abc"), frame(PING, b"abc")];
    for first in unfinished {
        for split in 0..=first.len() {
            let mut session = server(limits.clone(), now);
            feed(&mut session, &first[..split], now);
            transmit(&mut session);
            session.close(&normal());
            let rest = [&first[split..], &skipped].concat();
            let mut again = server(limits.clone(), now);
            feed(&mut again, &first[..split], now);
            again.close(&normal());
            let expected = Seen::Close(1001, "bye".to_owned());
            assert_eq!(
                feed(&mut session, &rest, now),
                std::slice::from_ref(&expected),
                "{first:?} at {split}"
            );
            let byte_by_byte: Vec<Seen> =
                feed_bytes(&mut again, &rest, now).into_iter().map(|(_, seen)| seen).collect();
            assert_eq!(byte_by_byte, [expected]);
            assert_eq!(session.state(), State::Closed);
            assert_eq!(session.poll_timeout(), None);
            assert_eq!(transmit(&mut session), our_close(1000, "done"));
        }
    }
}

#[test]
fn nothing_is_kept_of_what_is_skipped() {
    let now = Instant::now();
    let mut session = server(limits(), now);
    feed(&mut session, &frame(TEXT & !FIN, &[b'a'; 10_000]), now);
    session.close(&normal());
    transmit(&mut session);
    assert_eq!(session.capacity(), 0);
    feed(&mut session, &header(CONTINUATION, (1 << 63) - 1, KEY), now);
    feed(&mut session, &[0; 10_000], now);
    assert_eq!(session.capacity(), 0);
}

#[test]
fn after_our_close_a_broken_stream_is_ignored() {
    let now = Instant::now();
    for broken in
        [frame(TEXT | 0x40, b"x"), frame(CLOSE, b"1"), vec![TEXT, 0], frame(CLOSE, &close_payload(1005, b""))]
    {
        let mut session = server(limits(), now);
        session.close(&normal());
        transmit(&mut session);
        let bytes = [broken, frame(CLOSE, &close_payload(1000, b""))].concat();
        assert_eq!(feed(&mut session, &bytes, now), []);
        assert_eq!(session.state(), State::Closing);
        assert_eq!(session.poll_timeout(), None);
    }
}

#[test]
fn a_close_of_our_own_may_answer_the_peers() {
    let now = Instant::now();
    let mut session = server(limits(), now);
    feed(&mut session, &frame(CLOSE, &close_payload(1000, b"")), now);
    session.close(&CloseFrame::new(CloseCode::new(4000).unwrap(), "own"));
    assert_eq!(session.state(), State::Closed);
    assert_eq!(transmit(&mut session), our_close(4000, "own"));

    let mut session = server(limits(), now);
    feed(&mut session, &frame(CLOSE, &close_payload(1000, b"")), now);
    session.fail(&Violation::HandlerPanic);
    assert_eq!(session.state(), State::Failed);
    assert_eq!(transmit(&mut session), our_close(1011, "internal error"));
}

#[test]
fn a_failure_has_one_close_and_the_first_one_wins() {
    let now = Instant::now();
    let mut session = server(limits(), now);
    session.fail(&Violation::HandlerError);
    session.fail(&Violation::HandlerPanic);
    session.close(&normal());
    session.reply_close();
    assert_eq!(feed(&mut session, &frame(CLOSE, b""), now), []);
    assert_eq!(transmit(&mut session), our_close(1011, "message could not be handled"));
    assert_eq!(session.state(), State::Failed);
}

#[test]
fn a_failure_after_both_closes_changes_nothing() {
    let now = Instant::now();
    let mut session = server(limits(), now);
    feed(&mut session, &frame(CLOSE, b""), now);
    session.reply_close();
    transmit(&mut session);
    session.fail(&Violation::HandlerPanic);
    assert_eq!(session.state(), State::Closed);
    assert!(!session.has_transmit());
}

#[test]
fn the_end_of_the_stream_is_a_loss_only_without_a_close() {
    let now = Instant::now();
    let mut session = server(limits(), now);
    feed(&mut session, &frame(PING, b"1"), now);
    feed(&mut session, &frame(TEXT, b"hi")[..5], now);
    assert_eq!(session.handle_eof().map(Seen::from), Some(Seen::Lost(Lost::EndOfStream)));
    assert!(session.handle_eof().is_none());
    assert_eq!(session.poll_timeout(), None);
    assert_eq!(feed(&mut session, &frame(TEXT, b"hi")[5..], now), []);
    // It may only have stopped sending.
    assert_eq!(transmit(&mut session), [PONG, 1, b'1']);
    assert!(session.send(Kind::Text, b"hi", &mut Vec::new(), now));

    let mut session = server(limits(), now);
    session.close(&normal());
    assert!(session.handle_eof().is_none());
    assert_eq!(session.state(), State::Closing);

    let mut session = server(limits(), now);
    feed(&mut session, &[0xff], now);
    assert!(session.handle_eof().is_none(), "the violation is still to be told");
    assert_eq!(session.state(), State::Open);
}

#[test]
fn replies_may_be_sent_between_a_violation_and_its_close() {
    let now = Instant::now();
    let mut session = server(limits(), now);
    let seen = feed(&mut session, &[frame(TEXT, b"first"), frame(TEXT, b"\xff")].concat(), now);
    assert_eq!(seen, [Seen::Text("first".to_owned()), Seen::Violation(Violation::InvalidUtf8)]);
    assert!(!session.has_transmit());
    let mut out = Vec::new();
    assert!(session.send(Kind::Text, b"FIRST", &mut out, now));
    session.fail(&Violation::InvalidUtf8);
    session.poll_transmit(&mut out);
    let close = our_close(1007, "text message is not valid UTF-8");
    assert_eq!(out, [&[TEXT, 5][..], b"FIRST", &close].concat());
}
