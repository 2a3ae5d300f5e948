//! Rounds of one scenario, and the ratio within each, since machines are noisy.

use std::io::{IsTerminal, stderr};

use crate::options::Options;
use crate::round::{self, Sample};
use crate::scenarios::{Scenario, What};

/// How many rounds the memory takes at most: it varies little, and a round takes long.
const MEMORY_ROUNDS: usize = 3;

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
    let rounds = if matches!(scenario.what, What::Memory { .. }) {
        options.rounds.min(MEMORY_ROUNDS)
    } else {
        options.rounds
    };
    for number in 1..=rounds {
        progress(&format!("{}: round {number} of {rounds}", scenario.name));
        // Those that failed before take no part any more.
        let mut rows: Vec<_> = table.rows.iter_mut().filter(|(_, samples)| samples.is_ok()).collect();
        let servers: Vec<_> = rows.iter().map(|(server, _)| *server).collect();
        for ((_, samples), sample) in rows.iter_mut().zip(round::measure(scenario, &servers, options.time)) {
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
