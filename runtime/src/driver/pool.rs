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

#[cfg(test)]
mod tests {
    use super::*;

    fn kept() -> usize {
        BUFFERS.with_borrow(Vec::len)
    }

    #[test]
    fn a_buffer_comes_back_empty_and_whole() {
        let mut buffer = take();
        buffer.extend_from_slice(b"unread");
        // As after a read: the front is gone, and counts as capacity again.
        let _ = buffer.split_to(3);
        give(&mut buffer);
        assert_eq!((buffer.capacity(), kept()), (0, 1));
        let buffer = take();
        assert_eq!((buffer.len(), kept()), (0, 0));
        assert!(buffer.capacity() >= BUFFER);
    }

    #[test]
    fn a_buffer_that_grew_or_is_still_shared_is_not_kept() {
        let mut grown = take();
        grown.resize(3 * BUFFER, 0);
        give(&mut grown);
        let mut shared = take();
        shared.extend_from_slice(b"payload");
        let payload = shared.split_to(7).freeze();
        give(&mut shared);
        assert_eq!(kept(), 0);
        assert_eq!(payload, "payload");
    }

    #[test]
    fn no_more_are_kept_than_are_of_use() {
        let mut buffers: Vec<_> = (0..2 * KEPT).map(|_| take()).collect();
        buffers.iter_mut().for_each(give);
        assert_eq!(kept(), KEPT);
        give(&mut BytesMut::new());
        assert_eq!(kept(), KEPT);
    }
}
