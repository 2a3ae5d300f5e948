//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use crate::scenarios::{self, Scenario};
use crate::servers;

const USAGE: &str = "usage: bench/run [scaling] [--scenarios i,ii,..] [--servers sockpact,..] [--seconds 1] \
                     [--rounds 5] [--write FILE]";

#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) scenarios: Vec<Scenario>,
    /// Whether they are those of `scaling`.
    pub(crate) scaling: bool,
    /// Which servers take part; all that can be had if it is empty.
    servers: Vec<String>,
    pub(crate) time: Duration,
    pub(crate) rounds: usize,
    pub(crate) write: Option<PathBuf>,
    /// As it was given.
    pub(crate) command_line: String,
}

impl Options {
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let arguments: Vec<_> = arguments.collect();
        let mut options = Self {
            scenarios: scenarios::all(),
            scaling: false,
            servers: Vec::new(),
            time: Duration::from_secs(1),
            rounds: 5,
            write: None,
            command_line: arguments.join(" "),
        };
        let mut arguments = arguments.into_iter().peekable();
        if arguments.next_if_eq("scaling").is_some() {
            options.scaling = true;
            options.scenarios = scenarios::scaling();
        }
        while let Some(name) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{name} needs a value; {USAGE}"));
            match name.as_str() {
                "--scenarios" => options.choose(&value()?)?,
                "--servers" => {
                    options.servers = known(&value()?, |name| servers::all().any(|known| known == name))?
                }
                "--seconds" => {
                    let seconds = value()?.parse().ok().filter(|seconds| (0.05..=60.0).contains(seconds));
                    options.time =
                        seconds.map(Duration::from_secs_f64).ok_or("--seconds takes 0.05 to 60")?;
                }
                "--rounds" => {
                    let rounds = value()?.parse().ok().filter(|rounds| (1..=99).contains(rounds));
                    options.rounds = rounds.ok_or("--rounds takes 1 to 99")?;
                }
                "--write" => options.write = Some(value()?.into()),
                _ => return Err(format!("unknown option {name}; {USAGE}")),
            }
        }
        Ok(options)
    }

    fn choose(&mut self, names: &str) -> Result<(), String> {
        let names = known(names, |name| self.scenarios.iter().any(|scenario| scenario.name == name))?;
        self.scenarios.retain(|scenario| names.contains(&scenario.name));
        Ok(())
    }

    /// Who takes part in a scenario: the one that the ratios are to, and of the others those that are asked for.
    pub(crate) fn servers_of(&self, scenario: &Scenario) -> Vec<&'static str> {
        let asked_for = |server: &str| match self.servers.as_slice() {
            [] => servers::can_be_had(server),
            names => names.iter().any(|name| name == server),
        };
        let of_all = scenario.servers.iter().copied().enumerate();
        of_all.filter(|(index, server)| *index == 0 || asked_for(server)).map(|(_, server)| server).collect()
    }
}

/// Names with commas between, all of which have to be known.
fn known(names: &str, is_known: impl Fn(&str) -> bool) -> Result<Vec<String>, String> {
    match names.split(',').find(|name| !is_known(name)) {
        Some(unknown) => Err(format!("{unknown:?} is not known; {USAGE}")),
        None => Ok(names.split(',').map(str::to_owned).collect()),
    }
}
