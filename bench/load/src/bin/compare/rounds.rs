//! Rounds of one scenario: each server in turn, and the ratio within each round, since machines are noisy.

use std::io::{Error, IsTerminal, Result, stderr};
use std::time::Duration;

use sockpact_bench_load::{Load, Measured, Work, memory};

use crate::options::Options;
use crate::process::Process;
use crate::scenarios::{Scenario, What};

/// How many rounds the memory takes, which hardly varies.
const MEMORY_ROUNDS: usize = 1;

/// How long a server has its turn within a round. What makes a machine noisy lasts for longer than that, as a rule, and
/// then it is in the figures of all.
const SLICE: Duration = Duration::from_millis(20);

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

/// What each server did in each round, or how it failed.
pub(crate) struct Table {
    pub(crate) rows: Vec<(&'static str, std::result::Result<Vec<Sample>, String>)>,
}

impl Table {
    pub(crate) fn failed(&self) -> bool {
        self.rows.iter().any(|(_, samples)| samples.is_err())
    }

    /// The values of a server as ratios to the first one's, round by round.
    pub(crate) fn ratios(&self, samples: &[Sample]) -> Vec<f64> {
        match self.rows.first() {
            Some((_, Ok(first))) => {
                samples.iter().zip(first).map(|(ours, first)| ours.value / first.value).collect()
            }
            _ => Vec::new(),
        }
    }
}

pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        length if length % 2 == 1 => Some(values[middle]),
        _ => Some((values[middle - 1] + values[middle]) / 2.0),
    }
}

/// Measures a scenario.
pub(crate) fn rounds(scenario: &Scenario, options: &Options) -> Table {
    let servers = options.servers_of(scenario);
    let mut table = Table { rows: servers.iter().map(|server| (*server, Ok(Vec::new()))).collect() };
    let rounds = if matches!(scenario.what, What::Memory { .. }) { MEMORY_ROUNDS } else { options.rounds };
    for round in 1..=rounds {
        progress(&format!("{}: round {round} of {rounds}", scenario.name));
        // Those that failed before take no part any more.
        let mut rows: Vec<_> = table.rows.iter_mut().filter(|(_, samples)| samples.is_ok()).collect();
        let servers: Vec<_> = rows.iter().map(|(server, _)| *server).collect();
        for ((_, samples), sample) in rows.iter_mut().zip(self::round(scenario, &servers, options.time)) {
            match (samples.as_mut(), sample) {
                (Ok(samples), Ok(sample)) => samples.push(sample),
                (_, Err(error)) => *samples = Err(error.to_string()),
                (Err(_), _) => {}
            }
        }
    }
    progress("");
    table
}

/// Says how far it is, in place, where somebody looks on.
fn progress(line: &str) {
    if stderr().is_terminal() {
        eprint!("\r\x1b[K{line}");
    }
}

/// Measures each server once, each in a process of its own for this round: where its memory happens to lie makes some
/// percent, and would in all rounds of one process.
fn round(scenario: &Scenario, servers: &[&str], time: Duration) -> Vec<Result<Sample>> {
    let start = |server: &&str| Process::start(server, scenario.threads);
    if let What::Memory { connections, echo } = scenario.what {
        let measure = |process: Process| memory(process.address, process.id(), connections, echo);
        let sample = |value| Sample { value, shares: None, per_second: 0.0 };
        return servers.iter().map(|server| start(server).and_then(measure).map(sample)).collect();
    }
    let taker = |server| start(server).and_then(|process| Taker::new(scenario.what, process));
    let mut takers: Vec<_> = servers.iter().map(taker).collect();
    loop {
        let mut all_done = true;
        for taker in &mut takers {
            if let Ok(going) = taker
                && going.measured.time < time
            {
                all_done = false;
                if let Err(error) = going.take_slice(time) {
                    *taker = Err(error);
                }
            }
        }
        if all_done {
            return takers.into_iter().map(|taker| taker.map(|taker| taker.measured.into())).collect();
        }
    }
}

/// A server that takes part in a round.
struct Taker {
    work: Work,
    measured: Measured,
    process: Process,
}

impl Taker {
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

    fn take_slice(&mut self, time: Duration) -> Result<()> {
        self.measured += self.work.measure(time.min(SLICE), self.process.cpu()?)?;
        Ok(())
    }
}
