//! Connections that are opened and closed at once.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::cpu::Cpu;
use crate::measured::{Measured, measure};
use crate::opening::{request, response};
use crate::run::STUCK;

/// How many are under way at once.
const AT_ONCE: usize = 16;

/// Close 1000, masked with zeros.
const CLOSE: [u8; 8] = [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8];

/// Connects, upgrades, closes with 1000, and waits for the Close that answers it and for the end of the stream.
///
/// # Errors
///
/// When the server does not do its part, or nothing happens for 5 s.
pub fn connect(address: SocketAddr, path: &str, time: Duration, server: Cpu) -> Result<Measured> {
    let request = request(address, path);
    let mut poll = Poll::new()?;
    let mut events = Events::with_capacity(64);
    let mut visits = Vec::new();
    for token in 0..AT_ONCE {
        visits.push(Visit::start(address, &poll, token)?);
    }
    let mut until = |end: Instant| {
        let mut done = 0;
        let mut last = Instant::now();
        while Instant::now() < end {
            poll.poll(&mut events, Some(STUCK))?;
            for event in &events {
                let token = event.token().0;
                if visits[token].goes_on(&request)? {
                    continue;
                }
                visits[token] = Visit::start(address, &poll, token)?;
                done += 1;
                last = Instant::now();
            }
            if last.elapsed() >= STUCK {
                return Err(Error::other("no connection came to its end for 5 s"));
            }
        }
        Ok(done)
    };
    until(Instant::now() + time / 5)?;
    measure(server, || until(Instant::now() + time))
}

/// One connection, from its opening to its end.
struct Visit {
    stream: TcpStream,
    asked: bool,
    opened: bool,
    came: Vec<u8>,
}

impl Visit {
    fn start(address: SocketAddr, poll: &Poll, token: usize) -> Result<Self> {
        let mut stream = TcpStream::connect(address)?;
        poll.registry().register(&mut stream, Token(token), Interest::READABLE | Interest::WRITABLE)?;
        Ok(Self { stream, asked: false, opened: false, came: Vec::new() })
    }

    /// Does what can be done; false once it has come to its end.
    fn goes_on(&mut self, request: &str) -> Result<bool> {
        if !self.asked {
            match self.stream.write(request.as_bytes()) {
                Ok(written) if written == request.len() => self.asked = true,
                Ok(_) => return Err(Error::other("the socket takes less than a request")),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::NotConnected) => {
                    return Ok(true);
                }
                Err(error) => return Err(error),
            }
        }
        loop {
            let mut bytes = [0; 1024];
            match self.stream.read(&mut bytes) {
                Ok(0) if self.opened && is_the_reply(&self.came) => return Ok(false),
                Ok(0) => return Err(Error::other("the end of the stream without the Close that was due")),
                Ok(read) => self.came.extend_from_slice(&bytes[..read]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(true),
                Err(error) => return Err(error),
            }
            if !self.opened
                && let Some(end) = response(&self.came)?
            {
                self.opened = true;
                self.came.drain(..end);
                self.stream.write_all(&CLOSE)?;
            }
        }
    }
}

/// Whether it is one Close, with 1000 or without a code.
fn is_the_reply(frames: &[u8]) -> bool {
    match frames {
        [0x88, 0] => true,
        [0x88, length, 0x03, 0xe8, reason @ ..] => usize::from(*length) == reason.len() + 2,
        _ => false,
    }
}
