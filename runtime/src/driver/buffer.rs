//! Bytes on their way to the stream, in memory that is borrowed from the thread's pool.

use crate::pool::{self, Use};

/// As many bytes are moved to memory of their own when they have to wait.
const FEW: usize = 4 * 1024;

/// A queue of bytes: filled at the end, emptied from the front. It owns memory only from [`end`](Self::end) to
/// [`give_back`](Self::give_back).
#[derive(Debug, Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    /// What lies before is done with.
    start: usize,
}

impl Buffer {
    pub(super) const fn len(&self) -> usize {
        self.bytes.len() - self.start
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.bytes.len() == self.start
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Where bytes are added.
    #[inline]
    pub(super) fn end(&mut self) -> &mut Vec<u8> {
        if self.start > 0 || self.bytes.capacity() < pool::BUFFER {
            self.make_room();
        }
        &mut self.bytes
    }

    #[inline(never)]
    fn make_room(&mut self) {
        if self.is_empty() && self.bytes.capacity() < pool::BUFFER {
            *self = Self { bytes: pool::take(Use::Write), start: 0 };
        } else if self.start > self.bytes.len() / 2 {
            // Moves less than was taken off the front since the last time, so that it costs no more than that.
            self.bytes.drain(..self.start);
            self.start = 0;
        }
    }

    /// Takes `len` bytes off the front.
    pub(super) fn consume(&mut self, len: usize) {
        self.start += len;
        debug_assert!(self.start <= self.bytes.len());
    }

    /// Gives the memory back if there are only a few bytes in it: they may wait for long.
    pub(super) fn shrink(&mut self) {
        if self.len() <= FEW && self.bytes.capacity() >= pool::BUFFER {
            let few = self.bytes().to_vec();
            pool::give(Use::Write, std::mem::replace(&mut self.bytes, few));
            self.start = 0;
        }
    }

    /// Gives the memory back if there is nothing in it.
    #[inline]
    pub(super) fn give_back(&mut self) {
        if self.is_empty() && self.bytes.capacity() > 0 {
            pool::give(Use::Write, std::mem::take(&mut self.bytes));
            self.start = 0;
        }
    }
}

/// Bytes that are there already, from `start` on; their memory goes the same way.
impl From<(Vec<u8>, usize)> for Buffer {
    fn from((bytes, start): (Vec<u8>, usize)) -> Self {
        Self { bytes, start }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_that_is_never_empty_does_not_grow() {
        let mut buffer = Buffer::default();
        buffer.end().extend_from_slice(b"first");
        for number in 0..100_000_u32 {
            buffer.end().extend_from_slice(&number.to_be_bytes());
            buffer.consume(4);
            assert_eq!(buffer.len(), 5);
        }
        assert_eq!(buffer.bytes().last(), Some(&(99_999_u32.to_be_bytes()[3])));
        assert_eq!(buffer.end().capacity(), pool::BUFFER);
    }

    #[test]
    fn a_few_bytes_that_wait_keep_no_more_than_they_need() {
        let mut buffer = Buffer::default();
        buffer.end().extend_from_slice(&[7; FEW + 1]);
        buffer.shrink();
        assert_eq!(buffer.bytes.capacity(), pool::BUFFER);
        buffer.consume(1);
        buffer.shrink();
        assert_eq!((buffer.bytes(), buffer.bytes.capacity()), (&[7; FEW][..], FEW));
        buffer.end().extend_from_slice(b"more");
        assert_eq!(buffer.len(), FEW + 4);
        assert!(buffer.bytes.capacity() < pool::BUFFER);
        buffer.consume(FEW + 4);
        assert_eq!(buffer.end().capacity(), pool::BUFFER);
    }

    #[test]
    fn memory_is_kept_as_long_as_there_are_bytes() {
        let mut buffer = Buffer::default();
        buffer.give_back();
        buffer.end().extend_from_slice(b"ab");
        buffer.consume(1);
        buffer.give_back();
        assert_eq!(buffer.bytes(), b"b");
        buffer.consume(1);
        buffer.give_back();
        assert_eq!(buffer.bytes.capacity(), 0);
    }
}
