//! The comparison: each scenario with each server in turn, in rounds. `bench/run` starts it; see `bench/README.md`.

mod circumstances;
mod options;
mod process;
mod report;
mod round;
mod rounds;
mod scenarios;
mod servers;

use std::process::ExitCode;

use options::Options;
use report::Report;

/// The load is on this core, and the servers on the one before.
const LOAD_CORE: usize = 1;

fn run() -> Result<(), String> {
    let options = Options::parse(std::env::args().skip(1))?;
    servers::build(&options)?;
    let mut report = Report::new(&options);
    sockpact_bench_load::pin_to_core(LOAD_CORE).map_err(|error| format!("core {LOAD_CORE}: {error}"))?;
    let mut failed = false;
    let mut of_scaling = Vec::new();
    for scenario in &options.scenarios {
        let table = rounds::rounds(scenario, &options);
        failed |= table.failed();
        if options.scaling { of_scaling.push((scenario, table)) } else { report.add(scenario, &table) }
    }
    if options.scaling {
        report.add_scaling(&of_scaling)
    } else {
        report.end()
    }
    if let Some(file) = &options.write {
        std::fs::write(file, report.text()).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    if failed {
        Err("not every server did what it was asked for; the tables say which".to_owned())
    } else {
        Ok(())
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}
