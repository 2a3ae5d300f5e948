//! Connections, and the loop that sends on them and reads from them.

use std::io::{Error, Result};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mio::{Events, Interest, Poll, Token};

use crate::connection::Connection;
use crate::messages::Messages;
use crate::opening::open;

/// How long nothing may complete before the server counts as stuck.
pub(crate) const STUCK: Duration = Duration::from_secs(5);

pub(crate) struct Run {
    poll: Poll,
    events: Events,
    buffer: Vec<u8>,
    connections: Vec<Connection>,
}

impl Run {
    /// Without connections.
    pub(crate) fn new() -> Result<Self> {
        Ok(Self {
            poll: Poll::new()?,
            events: Events::with_capacity(1024),
            buffer: vec![0; 256 * 1024],
            connections: Vec::new(),
        })
    }

    /// Opens connections until there are so many.
    pub(crate) fn open(&mut self, address: SocketAddr, path: &str, connections: usize) -> Result<()> {
        for token in self.connections.len()..connections {
            let mut stream = open(address, path)?;
            let interest = Interest::READABLE | Interest::WRITABLE;
            self.poll.registry().register(&mut stream, Token(token), interest)?;
            self.connections.push(Connection::new(stream));
        }
        Ok(())
    }

    /// Has so many messages under way on each connection, each echo answered with the next message, until then; and awaits
    /// the echoes of those that are under way at the end. Returns how many echoes came.
    pub(crate) fn echo_until(&mut self, end: Instant, depth: usize, messages: &Messages) -> Result<u64> {
        self.connections.iter_mut().try_for_each(|connection| connection.send(depth, messages))?;
        let mut under_way = (self.connections.len() * depth) as u64;
        let mut echoes = 0;
        let mut now = Instant::now();
        let mut last = now;
        while under_way > 0 {
            let go_on = now < end;
            let completed = self.turn(messages, go_on)?;
            now = Instant::now();
            if completed > 0 {
                last = now;
            } else if now.duration_since(last) >= STUCK {
                return Err(Error::other(format!("no echo for 5 s, of {under_way} that are under way")));
            }
            echoes += completed;
            under_way -= if go_on { 0 } else { completed };
        }
        Ok(echoes)
    }

    /// Has one message echoed on each connection, all of them at once.
    pub(crate) fn echo_on_each(&mut self, messages: &Messages) -> Result<()> {
        self.connections.iter_mut().for_each(Connection::restart);
        self.echo_until(Instant::now(), 1, messages)?;
        Ok(())
    }

    /// Sends one message after the other on the first connection, and waits for each on all; returns how many.
    pub(crate) fn broadcast_until(&mut self, end: Instant, messages: &Messages) -> Result<u64> {
        let mut broadcasts = 0;
        while broadcasts == 0 || Instant::now() < end {
            if let Some(first) = self.connections.first_mut() {
                first.send(1, messages)?;
            }
            let start = Instant::now();
            let (mut came, due) = (0, self.connections.len() as u64);
            while came < due {
                came += self.turn(messages, false)?;
                if start.elapsed() >= STUCK {
                    return Err(Error::other(format!("{came} replies in 5 s on {due} connections")));
                }
            }
            broadcasts += 1;
        }
        Ok(broadcasts)
    }

    /// Waits for the sockets once; returns how many replies that completes.
    fn turn(&mut self, messages: &Messages, go_on: bool) -> Result<u64> {
        self.poll.poll(&mut self.events, Some(STUCK))?;
        let mut replies = 0;
        for event in &self.events {
            let connection = &mut self.connections[event.token().0];
            if event.is_writable() {
                connection.flush(messages)?;
            }
            if event.is_readable() {
                let completed = connection.receive(&mut self.buffer, messages)?;
                if go_on && completed > 0 {
                    connection.send(completed, messages)?;
                }
                replies += completed as u64;
            }
        }
        Ok(replies)
    }
}
