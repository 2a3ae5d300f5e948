//! A raw peer that can send any byte, and that tells FIN from RST.
//!
//! It is written for these tests alone, so that the library is not tested with its own encoder.

mod frame;
mod peer;

pub use frame::{Frame, binary, close, continuation, frame, header, masked, ping, text};
pub use peer::{Ending, RawPeer};
