//! What something costs.

use std::io::{Error, Result};
use std::time::{Duration, Instant};

use crate::cpu::Cpu;

/// What a load cost.
#[derive(Clone, Copy, Debug)]
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

/// Measures what is done, which says how many times it did it.
pub(crate) fn measure(server: Cpu, work: impl FnOnce() -> Result<u64>) -> Result<Measured> {
    let (start, server_start, own_start) = (Instant::now(), server.used()?, Cpu::own().used()?);
    let times = work()?;
    if times == 0 {
        return Err(Error::other("not once in the time"));
    }
    Ok(Measured {
        times,
        time: start.elapsed(),
        server: server.used()? - server_start,
        own: Cpu::own().used()? - own_start,
    })
}
