//! What the servers of the comparison share: the command line, the runtime, the listener, an opening handshake by
//! hand, and the floor's frames.

mod command_line;
mod entry;
mod handshake;
mod listen;
mod reframe;

pub use command_line::{Threads, announce, run};
pub use entry::{Borrowed, Entry, Type};
pub use handshake::accept;
pub use listen::run_each;
pub use reframe::{Frames, ROOM, unmask};
