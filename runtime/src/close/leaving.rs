//! The ends that are nobody's fault, for which this side goes away.

use super::{Cause, CloseCode, CloseFrame};

/// Why this side goes away: with 1001, and as politely as a handler closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// The server goes down.
    Shutdown,
    /// No message came or went for too long.
    Idle,
}

impl Leaving {
    /// What the peer is told.
    pub(crate) fn close_frame(self) -> CloseFrame {
        let reason = match self {
            Self::Shutdown => "server is going down, connect again",
            Self::Idle => "no message for too long",
        };
        CloseFrame::new(CloseCode::GOING_AWAY, reason)
    }
}

impl From<Leaving> for Cause {
    fn from(leaving: Leaving) -> Self {
        match leaving {
            Leaving::Shutdown => Self::Shutdown,
            Leaving::Idle => Self::Idle,
        }
    }
}
