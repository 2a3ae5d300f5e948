//! What went wrong once, each as its user saw it, so that it does not again.

mod closes;
mod ends;
mod fairness;
mod liveness;
mod panics;
mod polls;
mod queues;
mod replies;
mod schedules;
mod senders;
mod servers;
mod support;
mod timers;
