//! What a client does with one server, again and again.

use std::io::{Error, Result};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::connect::Visits;
use crate::cpu::Cpu;
use crate::measured::Measured;
use crate::messages::{Messages, Traffic};
use crate::run::Run;

/// Messages, and how many of them at once.
#[derive(Clone, Copy, Debug)]
pub struct Load<'a> {
    /// The path that is asked for.
    pub path: &'a str,
    /// What is sent.
    pub traffic: Traffic,
    /// How many connections.
    pub connections: usize,
    /// How many messages are in flight on each.
    pub depth: usize,
}

/// Work for one server, done for a while each time. Nothing is under way in between, so that others can have their turn.
pub struct Work(Kind);

enum Kind {
    Echo { run: Run, messages: Messages, depth: usize },
    Broadcast { run: Run, messages: Messages },
    Connect(Visits),
}

impl Work {
    /// A load of echoes; it opens the connections.
    ///
    /// # Errors
    ///
    /// When a connection cannot be opened, or the messages cannot be made.
    pub fn echo(load: &Load<'_>, address: SocketAddr) -> Result<Self> {
        let (run, messages) = open(load, address)?;
        Ok(Self(Kind::Echo { run, messages, depth: load.depth }))
    }

    /// Has the server send each message that one client sends to all of them; counts the messages, not the deliveries.
    ///
    /// # Errors
    ///
    /// As [`echo`](Self::echo).
    pub fn broadcast(load: &Load<'_>, address: SocketAddr) -> Result<Self> {
        let (run, messages) = open(load, address)?;
        Ok(Self(Kind::Broadcast { run, messages }))
    }

    /// Connects, upgrades, closes with 1000, and waits for the Close that answers it and for the end of the stream.
    ///
    /// # Errors
    ///
    /// When no poll can be had.
    pub fn connect(path: &str, address: SocketAddr) -> Result<Self> {
        Ok(Self(Kind::Connect(Visits::new(path, address)?)))
    }

    /// Does it for that long, behind a fifth of it to warm up, and says what it cost the server.
    ///
    /// # Errors
    ///
    /// When a connection fails, a reply is not what is due, or nothing happens for 5 s.
    pub fn measure(&mut self, time: Duration, server: Cpu) -> Result<Measured> {
        self.go_on(time / 5)?;
        let (start, server_start, own_start) = (Instant::now(), server.used()?, Cpu::own().used()?);
        let times = self.go_on(time)?;
        Ok(Measured {
            times,
            time: start.elapsed(),
            server: server.used()? - server_start,
            own: Cpu::own().used()? - own_start,
        })
    }

    /// Does it for that long, and ends what is under way then; how many times it was done, which is once at least.
    fn go_on(&mut self, time: Duration) -> Result<u64> {
        let end = Instant::now() + time;
        match &mut self.0 {
            Kind::Echo { run, messages, depth } => run.echo_until(end, *depth, messages),
            Kind::Broadcast { run, messages } => run.broadcast_until(end, messages),
            Kind::Connect(visits) => visits.until(end),
        }
    }
}

fn open(load: &Load<'_>, address: SocketAddr) -> Result<(Run, Messages)> {
    let messages = Messages::new(load.traffic, load.depth).map_err(Error::other)?;
    let mut run = Run::new()?;
    run.open(address, load.path, load.connections)?;
    Ok((run, messages))
}
