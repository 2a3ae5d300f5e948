//! One connection of the load: what is still to be sent on it, and how far its replies have come.

use std::io::{Error, ErrorKind, Read, Result, Write};

use mio::net::TcpStream;

use crate::check::Check;
use crate::messages::Messages;

#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) stream: TcpStream,
    check: Check,
    /// Where the bytes begin that are not written yet, among the prepared frames, and how many they are.
    position: usize,
    unsent: usize,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self { stream, check: Check::default(), position: 0, unsent: 0 }
    }

    /// Sends the next messages, as far as the socket takes them; `flush` goes on.
    pub(crate) fn send(&mut self, count: usize, messages: &Messages) -> Result<()> {
        self.unsent += count * messages.stride();
        self.flush(messages)
    }

    /// Begins anew, with other messages.
    pub(crate) fn restart(&mut self) {
        self.check = Check::default();
        self.position = 0;
    }

    pub(crate) fn flush(&mut self, messages: &Messages) -> Result<()> {
        while self.unsent > 0 {
            match self.stream.write(&messages.frames()[self.position..self.position + self.unsent]) {
                Ok(written) => {
                    self.unsent -= written;
                    self.position += written;
                    self.position %= messages.round();
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Reads and checks what is there; returns how many replies it completes.
    pub(crate) fn receive(&mut self, buffer: &mut [u8], messages: &Messages) -> Result<usize> {
        let mut completed = 0;
        loop {
            match self.stream.read(buffer) {
                Ok(0) => return Err(Error::other("the server closed the connection")),
                Ok(read) => {
                    completed += self.check.take(&buffer[..read], messages)?;
                    // Less than there was room for: the socket is empty, and epoll tells of what comes next.
                    if read < buffer.len() {
                        return Ok(completed);
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(completed),
                Err(error) => return Err(error),
            }
        }
    }
}
