//! One timer for all deadlines of a connection.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep, sleep_until};

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
    /// Ready once `deadline` has passed; the next call may have a new one.
    pub(super) fn poll(&mut self, deadline: Option<Instant>, context: &mut Context<'_>) -> Poll<()> {
        let Some(deadline) = deadline else { return Poll::Pending };
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if self.set.is_none_or(|set| deadline < set) {
            sleep.as_mut().reset(deadline);
            self.set = Some(deadline);
        }
        while sleep.as_mut().poll(context).is_ready() {
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
