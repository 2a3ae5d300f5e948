//! What a hostile, slow or unlucky peer can do to a server, in figures, each beside its goal.
//!
//!     cargo run --release -p sockpact-tests --bin attack -- COMMAND [--OPTION N]..
//!
//! | command | what it does |
//! | --- | --- |
//! | `accept` | more clients than there are descriptors, and clients that reset before they are accepted |
//! | `floods` | pings, empty fragments, tiny messages |
//! | `hoards` | announced sizes, readers that stop, slow heads and frames, silence |
//! | `heads` | hostile request heads of 16 KiB |
//! | `matrix` | each kind of data, shape, mistake, transport and client: the close code that arrives |
//! | `cancellations` | sends, receives and closes that are dropped at any moment |
//! | `panics` | a handler that panics for each connection |
//! | `soak` | connections that come, talk and go |
//!
//! It fails when a goal is missed. A time may be `--margin` times as long as its goal, for machines that are busy.
//! Servers whose memory counts are processes of their own. Linux only: it reads `/proc`.

mod accept;
mod cancellations;
mod floods;
mod heads;
mod hoards;
mod honest;
mod matrix;
mod panics;
mod poll_time;
mod process;
mod report;
mod server;
mod soak;

use std::alloc::System;
use std::process::ExitCode;
use std::time::Duration;

use report::Report;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

/// Counts the bytes that are in use: what a server holds, whatever of it the allocator has back from the kernel.
#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Each command with its options and their values where none is given.
const COMMANDS: &[(&str, &[(&str, u64)])] = &[
    ("accept", &[("margin", 1)]),
    ("floods", &[("margin", 1), ("seconds", 4)]),
    ("heads", &[("margin", 1)]),
    ("hoards", &[("margin", 1), ("deadline-ms", 10_000)]),
    ("matrix", &[("runs", 1000), ("parallel", 100), ("seconds", 3600)]),
    ("cancellations", &[("times", 100_000)]),
    ("panics", &[("times", 10_000)]),
    ("soak", &[("margin", 1), ("connections", 5000), ("seconds", 600), ("turn-ms", 250)]),
];

/// The values of a command's options.
struct Options(Vec<(&'static str, u64)>);

impl Options {
    fn read(known: &'static [(&'static str, u64)], arguments: &[String]) -> Result<Self, String> {
        let mut options = known.to_vec();
        for pair in arguments.chunks(2) {
            let option = pair[0]
                .strip_prefix("--")
                .and_then(|name| options.iter_mut().find(|(known, _)| *known == name));
            let Some((name, value)) = option else { return Err(format!("unknown option {}", pair[0])) };
            *value = match pair.get(1).map(|value| value.parse()) {
                Some(Ok(number)) if number > 0 => number,
                _ => return Err(format!("--{name} needs a number above 0")),
            };
        }
        Ok(Self(options))
    }

    /// The value of an option, which has to be one of the command's.
    fn get(&self, name: &str) -> u64 {
        self.0.iter().find(|(known, _)| *known == name).map_or(0, |(_, value)| *value)
    }
}

fn run(command: &str, options: &Options) -> Result<bool, String> {
    let mut report = Report::new(options.get("margin").max(1));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let deadline = Duration::from_millis(options.get("deadline-ms"));
    match command {
        "floods" => runtime.block_on(floods::run(&mut report, options.get("seconds"))),
        "heads" => heads::run(&mut report),
        "hoards" => runtime.block_on(hoards::run(&mut report, deadline)),
        "matrix" => {
            let [runs, parallel, seconds] = ["runs", "parallel", "seconds"].map(|name| options.get(name));
            runtime.block_on(matrix::run(&mut report, runs, parallel, seconds))
        }
        "cancellations" => runtime.block_on(cancellations::run(&mut report, options.get("times"))),
        "panics" => runtime.block_on(panics::run(&mut report, options.get("times"))),
        "soak" => {
            let turn = Duration::from_millis(options.get("turn-ms"));
            let [connections, seconds] = ["connections", "seconds"].map(|name| options.get(name));
            runtime.block_on(soak::run(&mut report, connections, seconds, turn))
        }
        _ => runtime.block_on(accept::run(&mut report)),
    }
    .map_err(|error| error.to_string())?;
    Ok(report.is_good())
}

fn start() -> Result<bool, String> {
    let arguments: Vec<String> =
        std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    let usage = || {
        let names: Vec<_> = COMMANDS.iter().map(|(name, _)| *name).collect();
        format!("usage: attack {} [--OPTION N]..", names.join("|"))
    };
    let (name, rest) = arguments.split_first().ok_or_else(usage)?;
    if name == server::COMMAND {
        return server::run(&Options::read(server::OPTIONS, rest)?).map(|()| true);
    }
    let (command, known) = COMMANDS.iter().find(|(known, _)| known == name).ok_or_else(usage)?;
    run(command, &Options::read(known, rest)?)
}

fn main() -> ExitCode {
    match start() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("attack: {error}");
            ExitCode::FAILURE
        }
    }
}
