//! What something costs.

use std::ops::AddAssign;
use std::time::Duration;

/// What a load cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Measured {
    /// How many times it was done, each checked.
    pub times: u64,
    /// How long that took.
    pub time: Duration,
    /// CPU time of the server's process.
    pub server: Duration,
    /// CPU time of this process.
    pub own: Duration,
}

impl Measured {
    /// CPU time of the server for doing it once, in microseconds.
    #[must_use]
    pub fn us_each(&self) -> f64 {
        self.server.as_secs_f64() * 1e6 / self.times as f64
    }

    /// How often it was done in a second.
    #[must_use]
    pub fn per_second(&self) -> f64 {
        self.times as f64 / self.time.as_secs_f64()
    }

    /// How busy the server was, as a share of one core.
    #[must_use]
    pub fn server_share(&self) -> f64 {
        self.server.as_secs_f64() / self.time.as_secs_f64()
    }

    /// How busy this process was, as a share of one core.
    #[must_use]
    pub fn own_share(&self) -> f64 {
        self.own.as_secs_f64() / self.time.as_secs_f64()
    }
}

impl AddAssign for Measured {
    fn add_assign(&mut self, more: Self) {
        self.times += more.times;
        self.time += more.time;
        self.server += more.server;
        self.own += more.own;
    }
}
