//! The WebSocket protocol (RFC 6455) without input or output: bytes go in, events and bytes come out.
//!
//! It knows frames, messages, limits, the closing handshake, and every deadline up to its beginning. It does not know
//! sockets, tasks, types or handlers, and it never reads the clock: time is an argument. So that the same input at the
//! same times always has the same outcome, however the bytes were split into reads; that is what the tests
//! check.
//!
//! ```text
//! bytes ─▶ frame ─▶ decoder ─▶ session ─▶ Event
//!          header   payload:    states,  ─▶ poll_transmit ─▶ bytes
//!                   mask, utf8, timers
//!                   assembly
//! ```
//!
//! The driver performs what the session decides: `handle_*` takes what happened, `poll_*` gives what is to be
//! done.

mod assembly;
mod control;
mod decoder;
mod event;
mod frame;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod growth;
mod limits;
mod mask;
mod session;
#[cfg(test)]
mod tests;
mod utf8;
mod violation;

pub(crate) use event::{BinaryPayload, Event, Lost, ReceivedClose, TextPayload};
pub(crate) use frame::HEADER_ROOM;
pub(crate) use limits::{Limits, Role};
pub(crate) use session::Session;
pub use violation::{ProtocolError, Violation, close_code};
