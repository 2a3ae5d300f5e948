//! One timer for all deadlines of a connection.

use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::task::coop::unconstrained;
use tokio::time::{Instant, Sleep, sleep_until};

/// The instant that is `duration` after `since`; where the clock ends before, one that nobody lives to see.
pub(super) fn after(since: Instant, duration: Duration) -> Instant {
    const YEARS: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);
    since.checked_add(duration.min(YEARS)).unwrap_or(since)
}

/// A timer that is set only when it would otherwise fire too late.
///
/// Deadlines move on with each byte that arrives. Setting a timer for each of them would cost more than the
/// message, so a deadline that moved away is noticed when the timer fires, and the timer set anew then.
#[derive(Debug, Default)]
pub(super) struct Timer {
    sleep: Option<Pin<Box<Sleep>>>,
    set: Option<Instant>,
}

impl Timer {
    /// Whether it is set, to a time after `now`.
    pub(super) fn is_after(&self, now: Instant) -> bool {
        self.set.is_some_and(|set| set > now)
    }

    /// Has the next poll set it anew, for another waker.
    pub(super) const fn forget(&mut self) {
        self.set = None;
    }

    /// Ready once `deadline` has passed; the next call may have a new one.
    pub(super) fn poll(&mut self, deadline: Option<Instant>, context: &mut Context<'_>) -> Poll<()> {
        let Some(deadline) = deadline else { return Poll::Pending };
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if self.set.is_none_or(|set| deadline < set) {
            sleep.as_mut().reset(deadline);
            self.set = Some(deadline);
        }
        // A task that has used up its budget would get no waker into the timer, and later polls trust that it is there.
        while pin!(unconstrained(sleep.as_mut())).poll(context).is_ready() {
            if Instant::now() >= deadline {
                self.set = None;
                return Poll::Ready(());
            }
            sleep.as_mut().reset(deadline);
            self.set = Some(deadline);
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_duration_is_too_long() {
        let now = Instant::now();
        assert!(after(now, Duration::MAX) > after(now, Duration::from_secs(1_000_000)));
    }
}
