//! Connections that are opened and closed at once.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::SocketAddr;
use std::time::Instant;

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::opening::{request, response};
use crate::run::STUCK;

/// How many are under way at once.
const AT_ONCE: usize = 16;

/// Close 1000, masked with zeros.
const CLOSE: [u8; 8] = [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8];

/// Connections under way, each replaced by the next when it has come to its end.
pub(crate) struct Visits {
    address: SocketAddr,
    request: String,
    poll: Poll,
    events: Events,
    under_way: Vec<Option<Visit>>,
}

impl Visits {
    pub(crate) fn new(path: &str, address: SocketAddr) -> Result<Self> {
        let request = request(address, path);
        let under_way = (0..AT_ONCE).map(|_| None).collect();
        Ok(Self { address, request, poll: Poll::new()?, events: Events::with_capacity(64), under_way })
    }

    /// Begins connections until then, and awaits the end of those that are under way; returns how many there were.
    pub(crate) fn until(&mut self, end: Instant) -> Result<u64> {
        for (token, visit) in self.under_way.iter_mut().enumerate() {
            *visit = Some(Visit::start(self.address, &self.poll, token)?);
        }
        let (mut done, mut last) = (0, Instant::now());
        while self.under_way.iter().any(Option::is_some) {
            self.poll.poll(&mut self.events, Some(STUCK))?;
            let goes_on = Instant::now() < end;
            for event in &self.events {
                let token = event.token().0;
                let Some(visit) = &mut self.under_way[token] else { continue };
                if visit.goes_on(&self.request)? {
                    continue;
                }
                let next = if goes_on { Some(Visit::start(self.address, &self.poll, token)?) } else { None };
                self.under_way[token] = next;
                done += 1;
                last = Instant::now();
            }
            if last.elapsed() >= STUCK {
                return Err(Error::other("no connection came to its end for 5 s"));
            }
        }
        Ok(done)
    }
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
