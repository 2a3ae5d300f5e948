//! Each row of the design's section 3 that bytes can break: the violation, its code, and the exact byte.

use std::time::Instant;

use super::rows::{Row, other_rows, protocol_rows, small};
use super::*;
use crate::wire::event::State;
use crate::wire::{ProtocolError, close_code};

#[test]
fn each_violation_is_raised_at_its_byte() {
    for row in protocol_rows().into_iter().chain(other_rows()) {
        let Row { name, limits, role, mut bytes, at, violation, code } = row;
        let now = Instant::now();
        // In front of the client's own stream there is nothing that it could take unmasked.
        let before = if role == Role::Server && limits.accepts_text && limits.max_text > 1 {
            frame(TEXT, b"ok")
        } else {
            Vec::new()
        };
        bytes.splice(0..0, before.iter().copied());
        bytes.extend(frame(TEXT, b"never seen").into_iter().chain(frame(CLOSE, b"")));
        let at = before.len() + at;

        let mut session = Session::new(role, limits.clone(), now);
        let mut expected = Vec::new();
        if !before.is_empty() {
            expected.push((before.len() - 1, Seen::Text("ok".to_owned())));
        }
        expected.push((at, Seen::Violation(violation.clone())));
        assert_eq!(feed_bytes(&mut session, &bytes, now), expected, "{name}");

        // Everything at once: the same events.
        let mut session = Session::new(role, limits, now);
        let expected: Vec<Seen> = expected.into_iter().map(|(_, seen)| seen).collect();
        assert_eq!(feed(&mut session, &bytes, now), expected, "{name}");

        assert_eq!(session.state(), State::Open, "{name}: the driver decides when it is told");
        assert_eq!(close_code(&violation).get(), code, "{name}");
        transmit(&mut session);
        session.fail(&violation);
        assert_eq!(session.state(), State::Failed, "{name}");
        assert_eq!(transmit(&mut session), our_close(code, &violation.to_string()), "{name}");
        assert_eq!(feed(&mut session, &bytes, now), [], "{name}");
    }
}

#[test]
fn close_codes_that_may_not_be_on_the_wire_are_refused_and_the_others_taken() {
    let now = Instant::now();
    for code in 0..=u16::MAX {
        let mut session = server(limits(), now);
        let seen = feed(&mut session, &frame(CLOSE, &close_payload(code, b"bye")), now);
        let allowed = matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999);
        if allowed {
            assert_eq!(seen, [Seen::Close(code, "bye".to_owned())]);
        } else {
            assert_eq!(seen, [Seen::Violation(ProtocolError::CloseCodeNotAllowed.into())], "{code}");
        }
    }
}

#[test]
fn what_is_just_within_the_limits_passes() {
    let now = Instant::now();
    let text = "a".repeat(1000);
    let mut session = server(small(), now);
    assert_eq!(feed(&mut session, &frame(TEXT, text.as_bytes()), now), [Seen::Text(text.clone())]);
    let parts =
        [frame(TEXT & !FIN, &[b'a'; 600]), frame(PING, b""), frame(CONTINUATION, &[b'a'; 400])].concat();
    assert_eq!(feed(&mut session, &parts, now), [Seen::Text(text)]);
    let binary = vec![7; 70_000];
    assert_eq!(feed(&mut session, &frame(BINARY, &binary), now), [Seen::Binary(binary)]);

    let parts: Vec<u8> = std::iter::once(TEXT & !FIN)
        .chain([0; 1022])
        .chain([CONTINUATION])
        .flat_map(|first| frame(first, b"x"))
        .collect();
    let mut session = server(limits(), now);
    assert_eq!(feed(&mut session, &parts, now), [Seen::Text("x".repeat(1024))]);
}

#[test]
fn a_client_takes_unmasked_frames() {
    let now = Instant::now();
    let mut session = Session::new(Role::Client, limits(), now);
    let bytes = [&[TEXT, 2, b'h', b'i'][..], &[TEXT & !FIN, 1, b'a', CONTINUATION, 1, b'b']].concat();
    let expected = [(3, Seen::Text("hi".to_owned())), (9, Seen::Text("ab".to_owned()))];
    assert_eq!(feed_bytes(&mut session, &bytes, now), expected);

    // What is read straight to its payload too.
    assert_eq!(feed(&mut session, &[BINARY, 4, 0xff, 1], now), []);
    assert_eq!(feed_payload(&mut session, &[2, 0xff], now), [Seen::Binary(vec![0xff, 1, 2, 0xff])]);
}

#[test]
#[cfg(debug_assertions)]
#[should_panic(expected = "an endpoint declares a kind")]
fn a_session_that_accepts_nothing_is_a_mistake() {
    server(Limits { accepts_text: false, accepts_binary: false, ..limits() }, Instant::now());
}
