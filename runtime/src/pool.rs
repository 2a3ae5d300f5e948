//! Buffers that connections of one thread take turns with.
//!
//! A connection holds one only while it has bytes in it, so an idle connection owns none.

use std::cell::Cell;

/// The least size of a pooled buffer, and so of what a single read may bring: 64 KiB, and room for the headers in it, so
/// that as much payload as that comes whole.
pub(crate) const BUFFER: usize = 65 * 1024;

/// What a buffer is for. Each has its own, since a read needs bytes that are there: they stay there, and are zeroed
/// once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// It has [`BUFFER`] bytes at least. They are what was there before, perhaps of another connection: a stream that
    /// reports more than it has read would show them.
    Read,
    /// It is empty, and has room for [`BUFFER`] bytes.
    Write,
}

/// How many of each a thread keeps: a driver writes from one while JSON is encoded to another, and one whose turn is
/// over may still have what it read.
const KEPT: usize = 2;

thread_local! {
    static BUFFERS: [[Cell<Vec<u8>>; KEPT]; 2] = const { [const { [const { Cell::new(Vec::new()) }; KEPT] }; 2] };
}

/// A buffer for that.
#[inline(never)]
pub(crate) fn take(usage: Use) -> Vec<u8> {
    // While the thread ends, there is no pool.
    let kept = BUFFERS
        .try_with(|buffers| buffers[usage as usize].iter().map(Cell::take).find(|kept| kept.capacity() > 0));
    kept.ok().flatten().unwrap_or_else(|| new(usage))
}

#[cold]
fn new(usage: Use) -> Vec<u8> {
    match usage {
        Use::Read => vec![0; BUFFER],
        Use::Write => Vec::with_capacity(BUFFER),
    }
}

/// Takes a buffer back that was taken for that.
#[inline(never)]
pub(crate) fn give(usage: Use, mut buffer: Vec<u8>) {
    if usage == Use::Write {
        buffer.clear();
    }
    // One that grew, or came from elsewhere, is freed instead.
    if !(BUFFER..=2 * BUFFER).contains(&buffer.capacity()) || (usage == Use::Read && buffer.len() < BUFFER) {
        return;
    }
    let _ = BUFFERS.try_with(|buffers| {
        for place in &buffers[usage as usize] {
            let kept = place.take();
            if kept.capacity() == 0 {
                place.set(buffer);
                return;
            }
            // The lowest are kept: one above a burst of others would keep the allocator from giving their memory back
            // to the system.
            if buffer.as_ptr() < kept.as_ptr() {
                place.set(std::mem::replace(&mut buffer, kept));
            } else {
                place.set(kept);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(usage: Use) -> usize {
        BUFFERS.with(|buffers| {
            let capacities = buffers[usage as usize].each_ref().map(|place| {
                let kept = place.take();
                let capacity = kept.capacity();
                place.set(kept);
                capacity
            });
            capacities.iter().filter(|capacity| **capacity > 0).count()
        })
    }

    #[test]
    fn a_buffer_comes_back_empty_to_write_to_and_whole_to_read_to() {
        let mut buffer = take(Use::Write);
        buffer.extend_from_slice(b"unwritten");
        give(Use::Write, buffer);
        assert_eq!((kept(Use::Write), kept(Use::Read)), (1, 0));
        let buffer = take(Use::Write);
        assert_eq!((buffer.len(), kept(Use::Write)), (0, 0));
        assert!(buffer.capacity() >= BUFFER);

        give(Use::Read, take(Use::Read));
        assert_eq!((kept(Use::Write), kept(Use::Read)), (0, 1));
        assert_eq!((take(Use::Read).len(), kept(Use::Read)), (BUFFER, 0));
    }

    #[test]
    fn one_that_grew_or_came_from_elsewhere_is_not_kept() {
        for usage in [Use::Read, Use::Write] {
            let mut grown = take(usage);
            grown.resize(3 * BUFFER, 0);
            give(usage, grown);
            give(usage, Vec::new());
            assert_eq!(kept(usage), 0);
        }
        give(Use::Read, Vec::with_capacity(BUFFER));
        assert_eq!(kept(Use::Read), 0);
    }

    #[test]
    fn no_more_are_kept_than_are_of_use_and_of_those_the_lowest() {
        for usage in [Use::Read, Use::Write] {
            let mut buffers: Vec<_> = (0..3 * KEPT).map(|_| take(usage)).collect();
            let mut places: Vec<_> = buffers.iter().map(|buffer| buffer.as_ptr()).collect();
            places.sort();
            buffers.rotate_left(KEPT);
            buffers.into_iter().for_each(|buffer| give(usage, buffer));
            assert_eq!(kept(usage), KEPT);
            let buffers: Vec<_> = (0..KEPT).map(|_| take(usage)).collect();
            let mut kept: Vec<_> = buffers.iter().map(|buffer| buffer.as_ptr()).collect();
            kept.sort();
            assert_eq!(kept, places[..KEPT]);
        }
    }
}
