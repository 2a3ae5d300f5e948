//! The session and tungstenite on the same stream, each read to its end.

use std::io::{self, Read, Write};
use std::time::Instant;

use tokio_tungstenite::tungstenite::protocol::{Role as TheirRole, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, WebSocket};

use super::source::Source;
use super::{Seen, feed, limits};
use crate::wire::{Limits, ProtocolError, Role, Session, Violation};

/// The size limit of both, in bytes.
const MAX: usize = 2_000;

/// The stream for tungstenite: what the peer sent, and then zeros, with which a frame that has begun is finished.
struct Stream<'a> {
    sent: &'a [u8],
    zeros: usize,
}

impl Read for Stream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.sent.is_empty() {
            return self.sent.read(buffer);
        }
        let len = buffer.len().min(self.zeros);
        if len == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        buffer[..len].fill(0);
        self.zeros -= len;
        Ok(len)
    }
}

impl Write for Stream<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How a stream ended.
#[derive(Debug)]
enum End {
    /// It did not: more may follow.
    Open,
    /// By the peer's Close; 1005 stands for one without a code.
    Close(u16, String),
    Refused(Fault),
}

/// For what a stream was refused, as far as both tell it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Protocol,
    Utf8,
    Size,
}

/// What tungstenite makes of the stream: its messages, and its end.
fn theirs(role: Role, stream: &[u8], zeros: usize) -> (Vec<Seen>, End) {
    let role = match role {
        Role::Server => TheirRole::Server,
        Role::Client => TheirRole::Client,
    };
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX))
        .max_frame_size(Some(MAX))
        .read_buffer_size(1024)
        .write_buffer_size(0);
    let mut socket = WebSocket::from_raw_socket(Stream { sent: stream, zeros }, role, Some(config));
    let mut seen = Vec::new();
    let end = loop {
        match socket.read() {
            Ok(Message::Text(text)) => seen.push(Seen::Text(text.as_str().to_owned())),
            Ok(Message::Binary(bytes)) => seen.push(Seen::Binary(bytes.to_vec())),
            Ok(Message::Close(None)) => break End::Close(1005, String::new()),
            Ok(Message::Close(Some(frame))) => break End::Close(frame.code.into(), frame.reason.to_string()),
            Ok(_) => {}
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => break End::Open,
            Err(Error::Protocol(_)) => break End::Refused(Fault::Protocol),
            Err(Error::Utf8(_)) => break End::Refused(Fault::Utf8),
            Err(Error::Capacity(_)) => break End::Refused(Fault::Size),
            Err(error) => panic!("{error}"),
        }
    };
    (seen, end)
}

/// What the session makes of it, and for what it refuses it.
fn ours(role: Role, stream: &[u8]) -> (Vec<Seen>, End, Option<Violation>) {
    // What tungstenite does not limit is not limited here either.
    let limits = Limits {
        max_text: MAX,
        max_binary: MAX,
        max_fragments: u32::MAX,
        control_burst: u32::MAX,
        ..limits()
    };
    let now = Instant::now();
    let mut seen = feed(&mut Session::new(role, limits, now), stream, now);
    match seen.pop() {
        Some(Seen::Close(code, reason)) => (seen, End::Close(code, reason), None),
        Some(Seen::Violation(violation)) => {
            let fault = match violation {
                Violation::InvalidUtf8 | Violation::InvalidCloseReason => Fault::Utf8,
                Violation::TooBig { .. } => Fault::Size,
                Violation::Protocol(_) => Fault::Protocol,
                ref other => panic!("{other}"),
            };
            (seen, End::Refused(fault), Some(violation))
        }
        message => {
            seen.extend(message);
            (seen, End::Open, None)
        }
    }
}

/// Compares the two. They may differ in what is listed here, and in nothing else.
pub(in crate::wire) fn compare(role: Role, stream: &[u8]) {
    let (our_messages, our_end, violation) = ours(role, stream);
    let (their_messages, their_end) = theirs(role, stream, 0);
    let told =
        || format!("{role:?}: {our_messages:?} {our_end:?} {violation:?}; {their_messages:?} {their_end:?}");

    // 1. tungstenite takes a length in more bytes than it needs; section 5.2 has it refused, and a control frame's
    //    is refused as too long before it is read. What follows is not comparable.
    if let Some(Violation::Protocol(ProtocolError::LengthNotMinimal | ProtocolError::ControlTooLong)) =
        violation
    {
        assert!(their_messages.starts_with(&our_messages), "{}", told());
        return;
    }
    assert_eq!(our_messages, their_messages, "{}", told());
    match (&our_end, &their_end) {
        (End::Open, End::Open) => {}
        // 2. It does not know 1014, which IANA has registered, and makes 1002 of it, as of each code that is not
        //    allowed; those are refused here.
        (End::Close(1014, _), End::Close(1002, _)) => {}
        (End::Refused(_), End::Close(1002, _))
            if violation == Some(ProtocolError::CloseCodeNotAllowed.into()) => {}
        (End::Close(code, reason), End::Close(their_code, their_reason)) => {
            assert_eq!((code, reason), (their_code, their_reason), "{}", told());
        }
        // 3. A frame with several faults: the first byte that shows one decides here, and the size is what
        //    tungstenite looks at first. A length with its top bit set is too long for it.
        (End::Refused(Fault::Protocol), End::Refused(_)) => {}
        (End::Refused(fault), End::Refused(their_fault)) => assert_eq!(fault, their_fault, "{}", told()),
        // 4. It judges whole frames, and so refuses later: when the frame is there, at the latest.
        (End::Refused(_), End::Open) => {
            let (more_messages, end) = theirs(role, stream, MAX + 14);
            assert_eq!(more_messages, our_messages, "{}", told());
            assert!(!matches!(end, End::Open), "{}", told());
        }
        _ => panic!("{}", told()),
    }
}

/// The body of the target: the role, and a stream.
pub(crate) fn differential(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    let role = if source.byte() & 1 == 0 { Role::Server } else { Role::Client };
    compare(role, source.rest());
}
