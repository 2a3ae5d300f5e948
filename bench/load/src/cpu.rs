//! The CPU time of processes, to the nanosecond.

use std::io::Result;
use std::time::Duration;

use nix::sched::{CpuSet, sched_setaffinity};
use nix::time::{ClockId, clock_getcpuclockid, clock_gettime};
use nix::unistd::Pid;

/// The clock of the CPU time that all threads of a process have used.
#[derive(Clone, Copy, Debug)]
pub struct Cpu(ClockId);

impl Cpu {
    /// That of another process.
    ///
    /// # Errors
    ///
    /// When there is no such process.
    pub fn of(process: u32) -> Result<Self> {
        Ok(Self(clock_getcpuclockid(Pid::from_raw(process.cast_signed()))?))
    }

    /// That of this process.
    #[must_use]
    pub fn own() -> Self {
        Self(ClockId::CLOCK_PROCESS_CPUTIME_ID)
    }

    /// What it has used so far, user and system.
    ///
    /// # Errors
    ///
    /// When the process has ended.
    pub fn used(self) -> Result<Duration> {
        Ok(clock_gettime(self.0)?.into())
    }
}

/// Keeps this process, and those that it starts from now on, on one core.
///
/// # Errors
///
/// When there is no such core.
pub fn pin_to_core(core: usize) -> Result<()> {
    let mut cores = CpuSet::new();
    cores.set(core)?;
    Ok(sched_setaffinity(Pid::from_raw(0), &cores)?)
}
