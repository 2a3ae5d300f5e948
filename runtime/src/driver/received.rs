//! Bytes that were read and are not decoded yet, in memory that is borrowed from the thread's pool.

use crate::pool::{self, Use};

/// What one read brought, emptied from the front. It owns memory only from [`space`](Self::space) to
/// [`give_back`](Self::give_back).
#[derive(Debug, Default)]
pub(super) struct Received {
    bytes: Vec<u8>,
    /// What lies before is decoded.
    start: usize,
    /// What lies beyond was not read.
    end: usize,
}

impl Received {
    #[inline]
    pub(super) const fn is_empty(&self) -> bool {
        self.start == self.end
    }

    #[inline]
    pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..self.end]
    }

    /// Where to read to, once all is decoded.
    #[inline]
    pub(super) fn space(&mut self) -> &mut [u8] {
        debug_assert!(self.is_empty(), "it would be lost");
        (self.start, self.end) = (0, 0);
        if self.bytes.len() < pool::BUFFER {
            self.bytes = pool::take(Use::Read);
        }
        &mut self.bytes
    }

    /// So many bytes were read to [`space`](Self::space), which begins at `start`; returns how many.
    ///
    /// # Panics
    ///
    /// When it does not: then the stream has put other memory in its place, and read to that.
    #[inline]
    pub(super) fn filled(&mut self, start: *const u8, len: usize) -> usize {
        assert!(
            start == self.bytes.as_ptr() && len <= self.bytes.len(),
            "a stream reads to where it was told to"
        );
        self.end = len;
        len
    }

    /// Takes `len` bytes off the front.
    #[inline]
    pub(super) fn consume(&mut self, len: usize) {
        self.start += len;
        debug_assert!(self.start <= self.end);
    }

    /// Gives the memory back if there is nothing in it.
    #[inline]
    pub(super) fn give_back(&mut self) {
        if self.is_empty() && !self.bytes.is_empty() {
            pool::give(Use::Read, std::mem::take(&mut self.bytes));
            (self.start, self.end) = (0, 0);
        }
    }
}

/// Bytes that are there already; their memory goes the same way.
impl From<Vec<u8>> for Received {
    fn from(bytes: Vec<u8>) -> Self {
        Self { start: 0, end: bytes.len(), bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_kept_as_long_as_there_are_bytes() {
        let mut received = Received::default();
        received.give_back();
        received.space()[..2].copy_from_slice(b"ab");
        received.filled(received.bytes.as_ptr(), 2);
        received.consume(1);
        received.give_back();
        assert_eq!(received.bytes_mut(), b"b");
        assert!(!received.is_empty());
        received.consume(1);
        received.give_back();
        assert_eq!((received.bytes.capacity(), received.is_empty()), (0, true));
        assert_eq!(received.space().len(), pool::BUFFER);
    }

    #[test]
    fn a_read_that_brought_nothing_leaves_nothing() {
        let mut received = Received::from(b"behind the handshake".to_vec());
        assert_eq!(received.bytes_mut(), b"behind the handshake");
        received.consume(20);
        assert_eq!((received.space().len(), received.is_empty()), (pool::BUFFER, true));
        received.give_back();
        assert_eq!(received.bytes.capacity(), 0);
    }
}
