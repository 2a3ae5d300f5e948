//! Puts one load on one server, and prints what it cost.
//!
//!     load ADDRESS PID [NAME VALUE]..

use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use sockpact_bench_load::{Content, Cpu, Load, Traffic, Work};

const USAGE: &str = "usage: load ADDRESS PID [--path /both] [--content ascii] [--size 64] [--fragments 1] \
                     [--connections 100] [--depth 1] [--seconds 1]";

fn run(mut arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let address = parse(arguments.next(), "ADDRESS")?;
    let server = Cpu::of(parse(arguments.next(), "PID")?).map_err(|error| format!("PID: {error}"))?;
    let mut path = "/both".to_owned();
    let mut traffic = Traffic { content: Content::Ascii, size: 64, fragments: 1 };
    let (mut connections, mut depth, mut seconds) = (100, 1, 1.0);
    while let Some(name) = arguments.next() {
        let value = arguments.next();
        match name.as_str() {
            "--path" => path = parse(value, &name)?,
            "--content" => traffic.content = parse(value, &name)?,
            "--size" => traffic.size = parse(value, &name)?,
            "--fragments" => traffic.fragments = parse(value, &name)?,
            "--connections" => connections = parse(value, &name)?,
            "--depth" => depth = parse(value, &name)?,
            "--seconds" => seconds = parse(value, &name)?,
            _ => return Err(format!("unknown option {name}; {USAGE}")),
        }
    }
    let time = Duration::try_from_secs_f64(seconds).map_err(|error| format!("--seconds: {error}"))?;
    let load = Load { path: &path, traffic, connections, depth };
    let measured = Work::echo(&load, address).and_then(|mut work| work.measure(time, server));
    let measured = measured.map_err(|error| error.to_string())?;
    println!(
        "{traffic}: {} messages, {:.3} us of the server's CPU time each, server {:.0} %, load {:.0} %",
        measured.times,
        measured.us_each(),
        100.0 * measured.server_share(),
        100.0 * measured.own_share(),
    );
    Ok(())
}

fn parse<T: FromStr>(value: Option<String>, name: &str) -> Result<T, String> {
    let value = value.ok_or_else(|| format!("{name} is missing; {USAGE}"))?;
    value.parse().map_err(|_| format!("{name}: {value} is not valid; {USAGE}"))
}

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::FAILURE
        }
    }
}
