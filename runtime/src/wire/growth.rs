//! How the memory of a payload grows with what arrives: a header alone reserves nothing.

use bytes::BufMut;
use bytes::buf::Limit;

/// A payload of which this much has arrived grows in larger steps. Each step moves what is there, and what is reserved
/// in one is no memory of the system's before something is written to it.
const MUCH: usize = 256 * 1024;

/// How much to reserve when `part` bytes have arrived, and `remaining` are to come in the same frame: as much again may
/// be reserved for them.
pub(super) fn for_part(part: usize, remaining: u64) -> usize {
    part + step(remaining, part)
}

/// Where the next `remaining` bytes are to be read to, or some of them. As much as has arrived may be reserved for them,
/// and of much three times that.
pub(super) fn space(bytes: &mut Vec<u8>, remaining: usize) -> Limit<&mut Vec<u8>> {
    let arrived = bytes.len();
    if bytes.capacity() - arrived < remaining.min(arrived / 2) {
        let most = if arrived < MUCH { arrived } else { arrived.saturating_mul(3) };
        bytes.reserve_exact(step(remaining as u64, most));
    }
    let room = bytes.capacity() - arrived;
    bytes.limit(remaining.min(room))
}

/// How much is reserved for what remains of a frame: `most`, or a quarter more if that is all. What is nearly whole is
/// not moved for its last bytes.
fn step(remaining: u64, most: usize) -> usize {
    match usize::try_from(remaining) {
        Ok(remaining) if remaining <= most.saturating_add(most / 4) => remaining,
        _ => most,
    }
}
