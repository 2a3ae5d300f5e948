//! Buffers that connections of one thread take turns with.
//!
//! A connection holds one only while it has bytes in it, so that an idle connection owns none.

use std::cell::RefCell;

use bytes::BytesMut;

/// The size of a pooled buffer, and so of the largest single read.
pub(super) const BUFFER: usize = 64 * 1024;

/// How many buffers a thread keeps: a driver uses two at once, and handlers may run other connections.
const KEPT: usize = 4;

thread_local! {
    static BUFFERS: RefCell<Vec<BytesMut>> = const { RefCell::new(Vec::new()) };
}

/// An empty buffer with room for [`BUFFER`] bytes.
pub(super) fn take() -> BytesMut {
    BUFFERS.with_borrow_mut(Vec::pop).unwrap_or_else(|| BytesMut::with_capacity(BUFFER))
}

/// Gives a buffer back, and leaves one without memory in its place.
pub(super) fn give(buffer: &mut BytesMut) {
    if buffer.capacity() == 0 {
        return;
    }
    let mut buffer = std::mem::take(buffer);
    buffer.clear();
    // What was read off the front counts as capacity again; a buffer that grew is freed instead.
    if buffer.try_reclaim(BUFFER) && buffer.capacity() <= 2 * BUFFER {
        BUFFERS.with_borrow_mut(|buffers| {
            if buffers.len() < KEPT {
                buffers.push(buffer);
            }
        });
    }
}
