//! One round of a scenario: every server, in short turns.

use std::io::{Error, Result};
use std::time::Duration;

use sockpact_bench_load::{Load, Measured, Work, memory};

use crate::process::Process;
use crate::scenarios::{Scenario, What};

/// How long a server has its turn within a round. What makes a machine noisy lasts for longer than that, as a rule, and
/// then it is in the figures of all.
const TURN: Duration = Duration::from_millis(20);

/// What one server did in one round.
#[derive(Clone, Copy)]
pub(crate) struct Sample {
    /// Microseconds, or bytes.
    pub(crate) value: f64,
    /// How busy server and load were, where that was measured.
    pub(crate) shares: Option<(f64, f64)>,
    /// How often it was done in a second.
    pub(crate) per_second: f64,
}

impl From<Measured> for Sample {
    fn from(measured: Measured) -> Self {
        Self {
            value: measured.us_each(),
            shares: Some((measured.server_share(), measured.own_share())),
            per_second: measured.per_second(),
        }
    }
}

/// Measures each server once, each in a process of its own for this round: where its memory happens to lie makes some
/// percent, and would in all rounds of one process.
pub(crate) fn measure(scenario: &Scenario, servers: &[&str], time: Duration) -> Vec<Result<Sample>> {
    let start = |server: &&str| Process::start(server, scenario.threads);
    if let What::Memory { connections, echo } = scenario.what {
        let kept = |process: Process| memory(process.address, process.id(), connections, echo);
        let sample = |value| Sample { value, shares: None, per_second: 0.0 };
        return servers.iter().map(|server| start(server).and_then(kept).map(sample)).collect();
    }
    let participant = |server| start(server).and_then(|process| Participant::new(scenario.what, process));
    let mut participants: Vec<_> = servers.iter().map(participant).collect();
    let mut all_done = false;
    while !all_done {
        all_done = true;
        for participant in &mut participants {
            match participant.as_mut().map(|participant| participant.take_turn(time)) {
                Ok(Ok(done)) => all_done &= done,
                Ok(Err(error)) => *participant = Err(error),
                Err(_) => {}
            }
        }
    }
    let sample = |participant: Participant| participant.measured.into();
    participants.into_iter().map(|participant| participant.map(sample)).collect()
}

/// A server that takes part in a round.
struct Participant {
    work: Work,
    measured: Measured,
    process: Process,
}

impl Participant {
    fn new(what: What, process: Process) -> Result<Self> {
        let address = process.address;
        let work = match what {
            What::Echo { path, traffic, connections, depth } => {
                Work::echo(&Load { path, traffic, connections, depth }, address)?
            }
            What::Broadcast { traffic, connections } => {
                Work::broadcast(&Load { path: "/broadcast", traffic, connections, depth: 1 }, address)?
            }
            What::Connect => Work::connect("/both", address)?,
            What::Memory { .. } => return Err(Error::other("memory is no work that can be measured")),
        };
        Ok(Self { work, measured: Measured::default(), process })
    }

    /// Takes a turn if it has not had its time; whether it has then.
    fn take_turn(&mut self, time: Duration) -> Result<bool> {
        if self.measured.time < time {
            self.measured += self.work.measure(time.min(TURN), self.process.cpu()?)?;
        }
        Ok(self.measured.time >= time)
    }
}
