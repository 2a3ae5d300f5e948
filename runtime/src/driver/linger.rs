//! Lingering: a half-closed stream is read to its end before it is dropped, so no RST destroys what was written
//! last (RFC 6455, section 7.1.1; RFC 9112, section 9.6).

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::select;
use tokio::io::AsyncRead;
#[cfg(feature = "service")]
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::Notify;
#[cfg(feature = "service")]
use tokio::time::timeout;
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::io::poll_read_buf;

use super::timer::after;
use crate::config::Config;
use crate::pool::{self, Use};

/// How many streams of the process linger at once. One more makes the one that has lingered longest give way:
/// under attack a connection may end by any means (RFC 6455, section 7.1.1).
const MAX_LINGERING: usize = 1024;

/// How long a stream that is only drained is left alone after each read of up to 65 KiB: a flood that is thrown away
/// then takes no time from others, since TCP slows it down. It is still drained at tens of megabytes a second.
pub(super) const PACE: Duration = Duration::from_millis(1);

static LINGERING: Mutex<Places> = Mutex::new(Places { next: 0, taken: BTreeMap::new() });

/// The places of the lingering streams, in the order in which they were taken.
struct Places {
    next: u64,
    taken: BTreeMap<u64, Arc<Notify>>,
}

impl Places {
    /// Takes a place, and the oldest one away where there would be too many.
    fn take(&mut self) -> (u64, Arc<Notify>) {
        let (number, taken_away) = (self.next, Arc::new(Notify::new()));
        self.next += 1;
        self.taken.insert(number, Arc::clone(&taken_away));
        if self.taken.len() > MAX_LINGERING
            && let Some((_, oldest)) = self.taken.pop_first()
        {
            oldest.notify_one();
        }
        (number, taken_away)
    }
}

/// A place among the lingering streams, given up on drop.
struct Place {
    number: u64,
    taken_away: Arc<Notify>,
}

impl Place {
    fn take() -> Self {
        let (number, taken_away) = LINGERING.lock().unwrap_or_else(PoisonError::into_inner).take();
        Self { number, taken_away }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        LINGERING.lock().unwrap_or_else(PoisonError::into_inner).taken.remove(&self.number);
    }
}

/// For how long a stream is still read, and how much.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lingering {
    pub(super) total: Duration,
    pub(super) bytes: u64,
}

/// Ends a stream on which nothing more is sent: shuts the write side down, and lingers.
#[cfg(feature = "service")]
pub(crate) async fn half_close<Io: AsyncRead + AsyncWrite + Unpin>(io: &mut Io, config: &Config) {
    if let Ok(Ok(())) = timeout(config.linger, io.shutdown()).await {
        let lingering = Lingering { total: config.linger, bytes: config.linger_bytes };
        linger(io, lingering, config).await;
    }
}

/// Reads and discards until the end of the stream, within the silence that the configuration allows. The write side
/// has to be shut down before.
///
/// # Cancel safety
///
/// Nothing is kept: cancelled, the stream merely lingers no longer.
pub(super) async fn linger<Io: AsyncRead + Unpin>(io: &mut Io, lingering: Lingering, config: &Config) {
    let place = Place::take();
    let end = after(Instant::now(), lingering.total);
    let discard = async {
        let mut left = lingering.bytes;
        // The time is looked at here too: a read that is ready goes before its deadline.
        while left > 0 && Instant::now() < end {
            let silence = after(Instant::now(), config.linger_silence);
            match timeout_at(silence.min(end), poll_fn(|context| poll_discard(io, context))).await {
                Ok(Ok(read)) if read > 0 => left = left.saturating_sub(read as u64),
                _ => return,
            }
            sleep(PACE).await;
        }
    };
    select(pin!(discard), pin!(place.taken_away.notified())).await;
}

/// Reads once into a buffer that is given back before the task sleeps: those that linger hold no memory.
fn poll_discard<Io: AsyncRead + Unpin>(
    io: &mut Io,
    context: &mut Context<'_>,
) -> Poll<std::io::Result<usize>> {
    // Read to its room: nobody looks at what comes, so that no bytes have to be there.
    let mut buffer = pool::take(Use::Write);
    let read = poll_read_buf(Pin::new(io), context, &mut buffer);
    pool::give(Use::Write, buffer);
    read
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn the_oldest_stream_gives_way_where_too_many_linger() {
        let mut places = Places { next: 0, taken: BTreeMap::new() };
        let given: Vec<_> = (0..MAX_LINGERING + 2).map(|_| places.take()).collect();
        let is_taken_away: Vec<_> =
            given.iter().map(|(_, taken_away)| taken_away.notified().now_or_never().is_some()).collect();
        assert_eq!(is_taken_away[..3], [true, true, false]);
        assert!(!is_taken_away[2..].contains(&true));
        // A place that is given up is not taken again: its number would be another stream's.
        places.taken.clear();
        assert_eq!(places.take().0, MAX_LINGERING as u64 + 2);
        assert_eq!(places.taken.len(), 1);
    }
}
