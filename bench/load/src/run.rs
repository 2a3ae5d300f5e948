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

    /// Sends so many messages on each connection.
    pub(crate) fn send_on_each(&mut self, count: usize, messages: &Messages) -> Result<()> {
        self.connections.iter_mut().try_for_each(|connection| connection.send(count, messages))
    }

    /// Answers each echo with the next message, until then; returns how many echoes came.
    pub(crate) fn echo_until(&mut self, end: Instant, messages: &Messages) -> Result<u64> {
        let mut echoes = 0;
        let mut now = Instant::now();
        let mut last = now;
        while now < end {
            let completed = self.turn(messages, true)?;
            now = Instant::now();
            if completed > 0 {
                last = now;
            } else if now.duration_since(last) >= STUCK {
                return Err(Error::other("no echo for 5 s"));
            }
            echoes += completed;
        }
        Ok(echoes)
    }

    /// Has one message echoed on each connection, all of them at once.
    pub(crate) fn echo_on_each(&mut self, messages: &Messages) -> Result<()> {
        self.connections.iter_mut().for_each(Connection::restart);
        self.send_on_each(1, messages)?;
        self.await_on_each(messages)
    }

    /// Sends one message on the first connection, and waits for it on all.
    pub(crate) fn broadcast(&mut self, messages: &Messages) -> Result<()> {
        if let Some(first) = self.connections.first_mut() {
            first.send(1, messages)?;
        }
        self.await_on_each(messages)
    }

    fn await_on_each(&mut self, messages: &Messages) -> Result<()> {
        let start = Instant::now();
        let mut came = 0;
        while came < self.connections.len() as u64 {
            came += self.turn(messages, false)?;
            if start.elapsed() >= STUCK {
                return Err(Error::other(format!(
                    "{came} replies in 5 s on {} connections",
                    self.connections.len()
                )));
            }
        }
        Ok(())
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
