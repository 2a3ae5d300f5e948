//! Buffers that connections of one thread take turns with.
//!
//! A connection holds one only while it has bytes in it, so that an idle connection owns none.

use std::cell::RefCell;

/// The least size of a pooled buffer, and so of what a single read may bring: 64 KiB, and room for the headers in it, so
/// that as much payload as that comes whole.
pub(crate) const BUFFER: usize = 65 * 1024;

/// How many buffers a thread keeps: a driver uses two at once and a third to encode, and one whose turn is over still
/// has its input.
const KEPT: usize = 4;

thread_local! {
    static BUFFERS: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// An empty buffer with room for [`BUFFER`] bytes.
#[inline(never)]
pub(crate) fn take() -> Vec<u8> {
    let kept = BUFFERS.try_with(|buffers| buffers.borrow_mut().pop());
    // While the thread ends, there is no pool.
    kept.ok().flatten().unwrap_or_else(|| Vec::with_capacity(BUFFER))
}

/// Takes a buffer back.
#[inline(never)]
pub(crate) fn give(mut buffer: Vec<u8>) {
    buffer.clear();
    // One that grew, or came from elsewhere, is freed instead.
    if (BUFFER..=2 * BUFFER).contains(&buffer.capacity()) {
        let _ = BUFFERS.try_with(|buffers| {
            let mut buffers = buffers.borrow_mut();
            if buffers.len() < KEPT {
                buffers.push(buffer);
            } else if let Some(highest) = buffers.iter_mut().max_by_key(|kept| kept.as_ptr())
                && buffer.as_ptr() < highest.as_ptr()
            {
                // The lowest are kept: one above a burst of others would keep the allocator from giving their memory
                // back to the system.
                *highest = buffer;
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
        give(buffer);
        assert_eq!(kept(), 1);
        let buffer = take();
        assert_eq!((buffer.len(), kept()), (0, 0));
        assert!(buffer.capacity() >= BUFFER);
    }

    #[test]
    fn a_buffer_that_grew_is_not_kept() {
        let mut grown = take();
        grown.resize(3 * BUFFER, 0);
        give(grown);
        give(Vec::new());
        assert_eq!(kept(), 0);
    }

    #[test]
    fn no_more_are_kept_than_are_of_use() {
        let buffers: Vec<_> = (0..2 * KEPT).map(|_| take()).collect();
        buffers.into_iter().for_each(give);
        assert_eq!(kept(), KEPT);
    }
}
