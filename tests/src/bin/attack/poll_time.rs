//! How long the polls of a future take.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// The longest poll so far.
#[derive(Clone, Default)]
pub(crate) struct Longest(Arc<Times>);

#[derive(Default)]
struct Times {
    processor: AtomicU64,
    wall: AtomicU64,
}

impl Longest {
    /// Time on the processor: what the kernel gave to others meanwhile is not the future's.
    pub(crate) fn processor(&self) -> Duration {
        Duration::from_nanos(self.0.processor.load(Ordering::Relaxed))
    }

    pub(crate) fn wall(&self) -> Duration {
        Duration::from_nanos(self.0.wall.load(Ordering::Relaxed))
    }

    /// A future whose polls are timed.
    pub(crate) fn of<F>(&self, future: F) -> Timed<F> {
        Timed { future: Box::pin(future), longest: self.clone() }
    }
}

/// A future whose polls are timed.
pub(crate) struct Timed<F> {
    future: Pin<Box<F>>,
    longest: Longest,
}

impl<F: Future> Future for Timed<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let (processor, wall) = (processor_time(), Instant::now());
        let polled = self.future.as_mut().poll(context);
        let note = |most: &AtomicU64, took: Duration| {
            most.fetch_max(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
        };
        note(&self.longest.0.processor, processor_time() - processor);
        note(&self.longest.0.wall, wall.elapsed());
        polled
    }
}

/// This thread's time on a processor.
pub(crate) fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}
