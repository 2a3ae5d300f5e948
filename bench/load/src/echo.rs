//! The load itself: so many connections, so many messages in flight on each.

use std::io::{Error, Result};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::cpu::Cpu;
use crate::measured::{Measured, measure};
use crate::messages::{Messages, Traffic};
use crate::run::Run;

/// A load of echoes.
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
    /// For how long it is measured; a fifth of it goes before, to warm up.
    pub time: Duration,
}

/// Puts a load on a server.
///
/// # Errors
///
/// When a connection fails, a reply is not the echo, or none comes for 5 s.
pub fn echo(load: &Load<'_>, address: SocketAddr, server: Cpu) -> Result<Measured> {
    let messages = Messages::new(load.traffic, load.depth).map_err(Error::other)?;
    let mut run = Run::new()?;
    run.open(address, load.path, load.connections)?;
    run.send_on_each(load.depth, &messages)?;
    run.echo_until(Instant::now() + load.time / 5, &messages)?;
    measure(server, || run.echo_until(Instant::now() + load.time, &messages))
}

/// Has the server send each message that one client sends to all of them; counts the messages, not the deliveries.
///
/// # Errors
///
/// As [`echo`].
pub fn broadcast(load: &Load<'_>, address: SocketAddr, server: Cpu) -> Result<Measured> {
    let messages = Messages::new(load.traffic, 1).map_err(Error::other)?;
    let mut run = Run::new()?;
    run.open(address, load.path, load.connections)?;
    run.broadcast(&messages)?;
    measure(server, || {
        let end = Instant::now() + load.time;
        let mut broadcasts = 0;
        while Instant::now() < end {
            run.broadcast(&messages)?;
            broadcasts += 1;
        }
        Ok(broadcasts)
    })
}
