//! A peer's stream, split in any way: the same outcome, and the one that the reference says.

use std::time::Instant;

use super::source::Source;
use super::{Seen, feed, feed_payload, limits, reference};
use crate::close::{CloseCode, CloseFrame};
use crate::wire::event::State;
use crate::wire::{Limits, Role, Session};

/// Everything that a peer or a driver can tell one run from another by.
#[derive(Debug, PartialEq)]
pub(in crate::wire) struct Outcome {
    pub(in crate::wire) seen: Vec<Seen>,
    sent: Vec<u8>,
    state: State,
    timeout: Option<Instant>,
}

/// Feeds a stream split at `ends`; at `close` we start the closing handshake.
pub(in crate::wire) fn run(
    limits: &Limits,
    bytes: &[u8],
    ends: &[usize],
    close: Option<usize>,
    now: Instant,
) -> Outcome {
    let mut session = Session::new(Role::Server, limits.clone(), now);
    let mut seen = Vec::new();
    let mut ends: Vec<usize> = ends.iter().copied().chain([bytes.len()]).chain(close).collect();
    ends.sort_unstable();
    let mut start = 0;
    for (number, end) in ends.into_iter().enumerate() {
        if close.is_some_and(|close| close == start) && session.state() == State::Open {
            session.close(&CloseFrame::from(CloseCode::GOING_AWAY));
        }
        let feed = if number % 2 == 0 { feed } else { feed_payload };
        seen.extend(feed(&mut session, &bytes[start..end], now));
        // Twice what arrived, as a vector grows, and what waits to be sent.
        assert!(session.capacity() <= 2 * end + 8 * 1024, "{} after {end}", session.capacity());
        start = end;
    }
    let timeout = session.poll_timeout();
    match seen.last() {
        Some(Seen::Violation(violation)) => session.fail(violation),
        Some(Seen::Close(..)) => session.reply_close(),
        _ => {}
    }
    let mut sent = Vec::new();
    session.poll_transmit(&mut sent);
    Outcome { seen, sent, state: session.state(), timeout }
}

/// The body of the target: limits, splits, and a stream.
pub(crate) fn frames(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    let choices = source.byte();
    let limits = Limits {
        accepts_text: choices & 3 != 1,
        accepts_binary: choices & 3 != 2,
        max_text: usize::from(source.byte()) * 16,
        max_binary: usize::from(source.byte()) * 16,
        max_fragments: 1 + u32::from(choices >> 4),
        control_burst: 1 + u32::from(choices >> 4),
        ..limits()
    };
    let splits: Vec<usize> = (0..choices >> 2 & 3).map(|_| source.short().into()).collect();
    let closes = source.byte();
    let stream = source.rest();
    let splits: Vec<usize> = splits.into_iter().map(|split| split % (stream.len() + 1)).collect();
    let close = (closes > 127).then(|| usize::from(closes & 127) * stream.len() / 127);

    let now = Instant::now();
    let whole = run(&limits, stream, &[], close, now);
    if close.is_none() {
        assert_eq!(whole.seen, reference::events(stream, &limits));
    }
    assert_eq!(run(&limits, stream, &splits, close, now), whole);
    let each: Vec<usize> = (0..stream.len()).collect();
    assert_eq!(run(&limits, stream, &each, close, now), whole);
}
