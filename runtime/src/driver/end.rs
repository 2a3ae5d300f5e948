//! Why a conversation ends, before it is decided how.

use std::io;

use crate::close::{Cause, CloseFrame, Closed, Leaving};
use crate::wire::{Event, Lost, ReceivedClose, Violation, close_code};

/// Why nothing more is handled.
#[derive(Debug)]
pub(super) enum End {
    /// The peer sent a Close.
    PeerClosed(ReceivedClose),
    /// A handler or a sender closes the connection.
    Closing(CloseFrame),
    /// Closed for what is nobody's fault.
    Leaving(Leaving),
    /// The connection has to be failed (RFC 6455, section 7.1.7).
    Failed(Violation),
    /// Nobody is there any more.
    Lost(Lost),
}

impl End {
    /// The end that an event means; a message means none.
    pub(super) fn of_event(event: Event<'_>) -> Option<Self> {
        match event {
            Event::Text(_) | Event::Binary(_) => None,
            Event::Close(close) => Some(Self::PeerClosed(close)),
            Event::Violation(violation) => Some(Self::Failed(violation)),
            Event::Idle => Some(Self::Leaving(Leaving::Idle)),
            Event::Lost(lost) => Some(Self::Lost(lost)),
        }
    }

    /// Whether what arrived before is still handled.
    ///
    /// An end that came along the stream comes after the messages before it. The others are this side's own.
    pub(super) const fn waits_for_messages(&self) -> bool {
        match self {
            Self::PeerClosed(_) | Self::Lost(_) => true,
            Self::Failed(violation) => !matches!(violation, Violation::OutboxOverflow),
            Self::Closing(_) | Self::Leaving(_) => false,
        }
    }

    /// Whether it yields to an end requested by the running handler: it was read ahead, and a Close still reaches
    /// the peer.
    pub(super) const fn comes_behind_handlers(&self) -> bool {
        match self {
            Self::Failed(violation) => !matches!(violation, Violation::OutboxOverflow),
            Self::Lost(lost) => matches!(lost, Lost::EndOfStream),
            Self::PeerClosed(_) | Self::Closing(_) | Self::Leaving(_) => false,
        }
    }

    /// Whether the peer's Close is waited for after ours.
    pub(super) const fn is_polite(&self) -> bool {
        matches!(self, Self::Closing(_) | Self::Leaving(_))
    }

    /// What the connection's end is reported as: `sent` tells whether our Close was written, `answered` whether
    /// the peer's was read.
    pub(super) fn report(&self, sent: bool, answered: bool) -> Closed {
        let (code, reason, clean, cause) = match self {
            Self::PeerClosed(close) => (close.code, close.reason.clone(), sent, Cause::Peer),
            Self::Closing(frame) => {
                (frame.code().get(), frame.reason().to_owned(), sent && answered, Cause::Endpoint)
            }
            Self::Leaving(leaving) => {
                let frame = leaving.close_frame();
                (frame.code().get(), frame.reason().to_owned(), sent && answered, (*leaving).into())
            }
            Self::Failed(violation) => {
                let cause = Cause::Violation(violation.clone());
                (close_code(violation).get(), violation.to_string(), sent && answered, cause)
            }
            Self::Lost(lost) => (ABNORMAL_CLOSURE, String::new(), false, Cause::Lost(*lost)),
        };
        match self {
            // What was never written is not how the connection was closed (section 7.1.5).
            Self::Closing(_) | Self::Leaving(_) | Self::Failed(_) if !sent => {
                Closed { code: ABNORMAL_CLOSURE, reason: String::new(), clean, cause }
            }
            _ => Closed { code, reason, clean, cause },
        }
    }
}

/// Reported, never sent: the connection ended without a Close (RFC 6455, section 7.4.1).
const ABNORMAL_CLOSURE: u16 = 1006;

/// How the connection was lost where the stream broke. The error is told here and no further: [`Closed`] is compared and
/// cloned.
pub(super) fn broken(error: &io::Error) -> Lost {
    tracing::debug!(%error, "the stream broke");
    Lost::Io(error.kind())
}
