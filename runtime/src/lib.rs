//! Typed WebSocket endpoints.

mod close;
mod codec;
mod config;
mod driver;
mod endpoint;
mod handshake;
mod message;
mod peer;
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod reply;
mod shutdown;
mod wire;

pub use bytes::Bytes;
pub use close::{Cause, CloseCode, CloseFrame, CloseReason, Closed, MAX_REASON};
#[cfg(feature = "json")]
pub use codec::Json;
pub use codec::{DecodeError, EncodeError, FromBinary, FromText, IntoMessage};
pub use driver::serve_stream;
pub use config::{Config, Overflow};
pub use endpoint::{Accepts, ByFunction, ByValue, Contract, Endpoint, IntoEndpoint, Invalid};
pub use handshake::{Handshake, Origins};
pub use message::{Kind, Message, Text};
pub use peer::{Peer, SendError, Sender};
pub use reply::{Declared, Outcome, Reply, Undeclared, Verdict};
pub use sockpact_macros::{CloseReason, Message, endpoint, on};
pub use wire::{ProtocolError, Violation, close_code};
