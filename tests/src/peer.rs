//! A peer on a raw stream.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::frame::Frame;

/// Longer than any deadline that a test lets pass.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a stream ended, as this side saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// FIN: the other side has shut down its write side.
    Fin,
    /// RST: the kernel threw away what was on its way.
    Reset,
}

/// A peer that reads frames and writes bytes.
#[derive(Debug)]
pub struct RawPeer<S> {
    /// The stream, for a test that wants to do something else with it.
    pub stream: S,
    /// What was read, of which the first `taken` bytes are done with.
    bytes: Vec<u8>,
    taken: usize,
}

impl RawPeer<TcpStream> {
    /// Connects and shakes hands on `path`.
    ///
    /// # Panics
    ///
    /// When the server does not answer with 101.
    pub async fn connect(address: std::net::SocketAddr, path: &str) -> Self {
        Self::connect_with_receive_buffer(address, path, None).await
    }

    /// As [`connect`](Self::connect), with a receive buffer of about this size, so that unread data stays with the
    /// server.
    ///
    /// # Panics
    ///
    /// When the server does not answer with 101.
    pub async fn connect_with_receive_buffer(
        address: std::net::SocketAddr,
        path: &str,
        receive_buffer: Option<u32>,
    ) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        if let Some(size) = receive_buffer {
            socket.set_recv_buffer_size(size).unwrap();
        }
        let stream = socket.connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self::shake_hands(stream, &address.to_string(), path).await
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> RawPeer<S> {
    /// A peer on a stream whose opening handshake is done.
    pub const fn new(stream: S) -> Self {
        Self { stream, bytes: Vec::new(), taken: 0 }
    }

    /// Shakes hands on a stream that is connected to `host`.
    ///
    /// # Panics
    ///
    /// When the server does not answer with 101.
    pub async fn shake_hands(stream: S, host: &str, path: &str) -> Self {
        let mut peer = Self::new(stream);
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        peer.send(head.as_bytes()).await;
        let head = peer.read_head().await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        assert!(head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "{head}");
        peer
    }

    /// Writes bytes as they are.
    ///
    /// # Panics
    ///
    /// When they cannot be written.
    pub async fn send(&mut self, bytes: &[u8]) {
        self.try_send(bytes).await.expect("written");
    }

    /// Writes bytes as they are; the stream may be reset meanwhile.
    pub async fn try_send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let write = async {
            self.stream.write_all(bytes).await?;
            // TLS keeps back what is not flushed.
            self.stream.flush().await
        };
        timeout(PATIENCE, write).await?
    }

    /// Reads a response head up to its blank line.
    ///
    /// # Panics
    ///
    /// When none comes.
    pub async fn read_head(&mut self) -> String {
        loop {
            if let Some(end) = self.unread().windows(4).position(|window| window == b"\r\n\r\n") {
                let head = self.unread()[..end + 4].to_vec();
                self.taken += head.len();
                return String::from_utf8(head).unwrap();
            }
            assert!(self.read_more().await.unwrap() > 0, "a head");
        }
    }

    fn unread(&self) -> &[u8] {
        &self.bytes[self.taken..]
    }

    async fn read_more(&mut self) -> io::Result<usize> {
        // Only here, so that many frames of one read are not moved for each of them.
        self.bytes.drain(..self.taken);
        self.taken = 0;
        timeout(PATIENCE, self.stream.read_buf(&mut self.bytes)).await.expect("something in time")
    }

    /// Reads one frame; or how the stream ended, if there is none.
    ///
    /// # Panics
    ///
    /// When nothing comes for long, or the frame is masked.
    pub async fn read_frame(&mut self) -> Result<Frame, Ending> {
        loop {
            if let Some((frame, len)) = parse(self.unread()) {
                self.taken += len;
                return Ok(frame);
            }
            match self.read_more().await {
                Ok(0) => return Err(Ending::Fin),
                Ok(_) => {}
                Err(_) => return Err(Ending::Reset),
            }
        }
    }

    /// Reads one frame of a message, over the pings before it; or how the stream ended, if there is none.
    ///
    /// # Panics
    ///
    /// As [`read_frame`](Self::read_frame).
    pub async fn read_data(&mut self) -> Result<Frame, Ending> {
        loop {
            let frame = self.read_frame().await?;
            if frame.opcode != 9 {
                return Ok(frame);
            }
        }
    }

    /// Reads one frame whose payload is text.
    ///
    /// # Panics
    ///
    /// When something else comes.
    pub async fn read_text(&mut self) -> String {
        let frame = self.read_frame().await.expect("a frame");
        assert_eq!(frame.opcode, 1, "{frame:?}");
        String::from_utf8(frame.payload).unwrap()
    }

    /// Reads to the end: the frames, and how the stream ended.
    pub async fn read_to_end(&mut self) -> (Vec<Frame>, Ending) {
        let mut frames = Vec::new();
        loop {
            match self.read_frame().await {
                Ok(frame) => frames.push(frame),
                Err(ending) => return (frames, ending),
            }
        }
    }

    /// Reads to the end, and returns the code of the Close that has to come last.
    ///
    /// # Panics
    ///
    /// When no Close comes, something comes behind it, or the stream is reset.
    pub async fn expect_close(&mut self) -> u16 {
        let (frames, ending) = self.read_to_end().await;
        let closes: Vec<_> = frames.iter().filter(|frame| frame.opcode == 8).collect();
        assert_eq!(closes.len(), 1, "one Close in {} frames, then {ending:?}", frames.len());
        assert_eq!(frames.last().map(|frame| frame.opcode), Some(8), "nothing behind the Close");
        assert_eq!(ending, Ending::Fin);
        closes[0].close().map_or(1005, |(code, _)| code)
    }
}

/// Parses one whole frame from the front, with its length.
fn parse(bytes: &[u8]) -> Option<(Frame, usize)> {
    let (&first, &second) = (bytes.first()?, bytes.get(1)?);
    assert_eq!(second & 0x80, 0, "a server's frame is not masked");
    let (len, start) = match second {
        126 => (u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?) as usize, 4),
        127 => (u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?) as usize, 10),
        len => (len as usize, 2),
    };
    let payload = bytes.get(start..start + len)?.to_vec();
    Some((Frame { fin: first & 0x80 != 0, opcode: first & 0x0f, payload }, start + len))
}
