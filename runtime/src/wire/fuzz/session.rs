//! A session under any order of input, time, and wishes of the driver.

use std::time::{Duration, Instant};

use super::source::Source;
use super::{Seen, feed_payload, limits};
use crate::close::{CloseCode, CloseFrame};
use crate::message::Kind;
use crate::wire::event::State;
use crate::wire::{Limits, Role, Session, Violation};

/// What has happened to a session, and what it has sent.
struct Run {
    session: Session,
    now: Instant,
    fed: usize,
    /// It has told of something after which it takes no more input.
    ended: bool,
    out: Vec<u8>,
    closed: bool,
}

/// The body of the target: limits, and then steps.
pub(crate) fn session(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    let choices = source.byte();
    let limits = Limits {
        accepts_text: choices & 3 != 1,
        accepts_binary: choices & 3 != 2,
        max_text: 1000,
        max_fragments: 4,
        control_burst: 8,
        ping_interval: (choices & 4 == 0).then_some(Duration::from_secs(20)),
        idle_timeout: (choices & 8 != 0).then_some(Duration::from_secs(60)),
        ..limits()
    };
    let now = Instant::now();
    let mut run = Run {
        session: Session::new(Role::Server, limits.clone(), now),
        now,
        fed: 0,
        ended: false,
        out: Vec::new(),
        closed: false,
    };
    while !source.is_empty() {
        run.step(&mut source);
        run.check(&limits);
    }
    run.session.poll_transmit(&mut run.out);
    run.check(&limits);
    assert!(!run.session.has_transmit());
    assert!(run.out.is_empty(), "half a frame: {:02x?}", run.out);
}

impl Run {
    fn step(&mut self, source: &mut Source<'_>) {
        let (state, now) = (self.session.state(), self.now);
        match source.byte() % 16 {
            0..=6 => {
                let len = usize::from(source.byte());
                let input = source.take(len);
                self.fed += input.len();
                for seen in feed_payload(&mut self.session, input, now) {
                    assert!(!self.ended, "{seen:?} after the end");
                    let data = matches!(seen, Seen::Text(_) | Seen::Binary(_));
                    assert!(!data || state == State::Open, "{seen:?} in {state:?}");
                    self.ended |= !data;
                }
            }
            7 | 8 => self.now += Duration::from_millis(source.short().into()),
            9 => self.tick(),
            10 => {
                let payload = source.take(9);
                let sent = self.session.send(Kind::Binary, payload, &mut self.out, now);
                assert_eq!(sent, matches!(state, State::Open | State::PeerClosing), "{state:?}");
            }
            11 => self.session.poll_transmit(&mut self.out),
            12 => self.session.close(&CloseFrame::new(CloseCode::NORMAL_CLOSURE, "done")),
            13 => self.session.reply_close(),
            14 => self.session.fail(&Violation::HandlerPanic),
            _ => {
                let told = self.session.handle_eof().is_some();
                assert!(!told || (state == State::Open && !self.ended), "{state:?}");
                self.ended |= told;
            }
        }
    }

    /// Lets every deadline that has passed have its effect.
    fn tick(&mut self) {
        for _ in 0..4 {
            let due = self.session.poll_timeout().is_some_and(|due| due <= self.now);
            match self.session.handle_timeout(self.now).map(Seen::from) {
                // The driver closes the connection for it; until then it is due.
                Some(Seen::Idle) => return assert!(due),
                Some(seen) => {
                    assert!(due && !self.ended || self.session.state() == State::Failed, "{seen:?}");
                    self.ended = true;
                }
                None if !due => return,
                None => {}
            }
        }
        panic!("a deadline that has passed stays: {:?}", self.session);
    }

    /// What holds after each step.
    fn check(&mut self, limits: &Limits) {
        let open = self.session.state() == State::Open && !self.ended;
        let waits = open && (limits.ping_interval.is_some() || limits.idle_timeout.is_some());
        let deadline = self.session.poll_timeout();
        assert!(!waits || deadline.is_some(), "it may wait for ever: {:?}", self.session);
        assert!(open || deadline.is_none(), "the end has no deadline of the session's: {:?}", self.session);
        assert!(self.session.capacity() <= 2 * self.fed + 8 * 1024);
        while let Some((opcode, len)) = self.next_frame() {
            assert!(!self.closed, "opcode {opcode:x} after a Close");
            assert!(matches!(opcode, 2 | 8 | 9 | 10) && len <= 125, "opcode {opcode:x}, {len} bytes");
            self.closed = opcode == 8;
        }
    }

    /// Takes a frame from what was sent: its opcode, and its payload's length.
    fn next_frame(&mut self) -> Option<(u8, usize)> {
        let [first, len, ..] = self.out[..] else { return None };
        assert_eq!(first & 0xf0, 0x80, "final, and no reserved bit");
        if self.out.len() < 2 + usize::from(len) {
            return None;
        }
        self.out.drain(..2 + usize::from(len));
        Some((first & 0x0f, len.into()))
    }
}
