//! A raw peer that can send any byte, and that tells FIN from RST; and TLS whose two ends trust each other.
//!
//! It is written for these tests alone, so that the library is not tested with its own encoder.

mod frame;
mod peer;
mod tls;

pub use frame::{Frame, binary, close, continuation, frame, header, masked, ping, text, told};
pub use peer::{Ending, RawPeer};
pub use tls::tls_pair;
