//! A load generator that one thread can saturate a WebSocket server with: frames are masked beforehand, and every
//! byte of every echo is checked.

mod check;
mod connect;
mod connection;
mod cpu;
mod measured;
mod memory;
mod messages;
mod opening;
mod run;
mod work;

pub use cpu::{Cpu, pin_to_core};
pub use measured::Measured;
pub use memory::memory;
pub use messages::{Content, Messages, Traffic};
pub use work::{Load, Work};
