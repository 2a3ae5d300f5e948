//! What the servers of the peers share.

/// The most that a message may have, in bytes: the servers of the comparison all have this bound.
pub const MAX_MESSAGE: usize = 4 * 1024 * 1024;
