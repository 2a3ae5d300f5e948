//! Rounds of one scenario: each server in turn, and the ratio within each round, since machines are noisy.

use std::io::{IsTerminal, Result, stderr};

use sockpact_bench_load::{Measured, broadcast, connect, echo, memory};

use crate::options::Options;
use crate::process::Process;
use crate::scenarios::{Scenario, What};

/// How many rounds the memory takes, which hardly varies.
const MEMORY_ROUNDS: usize = 1;

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
            per_second: measured.times as f64 / measured.time.as_secs_f64(),
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
    let rounds = if matches!(scenario.what, What::Memory { .. }) { MEMORY_ROUNDS } else { options.rounds };
    let mut table = Table { rows: servers.iter().map(|server| (*server, Ok(Vec::new()))).collect() };
    for round in 1..=rounds {
        progress(&format!("{}: round {round} of {rounds}", scenario.name));
        for (server, samples) in &mut table.rows {
            let Ok(so_far) = samples else { continue };
            // A process of its own for each round: where its memory happens to lie makes some percent, and would in all
            // rounds of one process.
            let process = Process::start(server, scenario.threads);
            match process.and_then(|process| sample(scenario, options, &process)) {
                Ok(sample) => so_far.push(sample),
                Err(error) => *samples = Err(error.to_string()),
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

fn sample(scenario: &Scenario, options: &Options, process: &Process) -> Result<Sample> {
    let (address, cpu) = (process.address, process.cpu()?);
    match (scenario.what, scenario.what.load(options.time)) {
        (What::Memory { connections, echo }, _) => {
            let value = memory(address, process.id(), connections, echo)?;
            Ok(Sample { value, shares: None, per_second: 0.0 })
        }
        (What::Broadcast { .. }, Some(load)) => Ok(broadcast(&load, address, cpu)?.into()),
        (_, Some(load)) => Ok(echo(&load, address, cpu)?.into()),
        (_, None) => Ok(connect(address, "/both", options.time, cpu)?.into()),
    }
}
