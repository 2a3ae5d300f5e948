//! Counts the instructions of each case by callgrind, and compares them with the baseline. `bench/instructions`
//! starts it; see `bench/README.md`.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use sockpact_bench_counts::{CASES, Case, find};

const USAGE: &str = "usage: bench/instructions [--record] [CASE..]";

/// How far a count may be over its baseline.
const TOLERANCE: f64 = 0.05;

/// callgrind counts each byte of a `rep movsb` or `rep stosb` as an instruction, so glibc has to copy without them.
const WITHOUT_REP: &str =
    "glibc.cpu.x86_rep_movsb_threshold=1073741824:glibc.cpu.x86_rep_stosb_threshold=1073741824";

/// Instructions of each message: of twice as many messages less those of once as many, so that start and end do
/// not count.
fn count(case: &Case, profiles: &Path) -> Result<f64, String> {
    let twice = run(case, 2 * case.messages, profiles)?;
    let once = run(case, case.messages, profiles)?;
    Ok((twice as f64 - once as f64) / case.messages as f64)
}

fn run(case: &Case, messages: usize, profiles: &Path) -> Result<u64, String> {
    let exchange = std::env::current_exe().map_err(|error| error.to_string())?.with_file_name("exchange");
    let output = Command::new("valgrind")
        .env("GLIBC_TUNABLES", WITHOUT_REP)
        .args(["--tool=callgrind", &format!("--callgrind-out-file={}/{}.out", profiles.display(), case.name)])
        .arg(exchange)
        .args([case.name, &messages.to_string()])
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let collected = said.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    match collected {
        Some(collected) if output.status.success() => Ok(collected),
        _ => Err(format!("{}: {said}", case.name)),
    }
}

/// The baseline: a case and its count in each line.
fn read(baseline: &Path) -> Result<Vec<(String, f64)>, String> {
    let text =
        std::fs::read_to_string(baseline).map_err(|error| format!("{}: {error}", baseline.display()))?;
    let line = |line: &str| {
        let (name, count) = line.split_once('\t')?;
        Some((name.to_owned(), count.parse().ok()?))
    };
    text.lines().map(|text| line(text).ok_or_else(|| format!("{}: {text:?}", baseline.display()))).collect()
}

fn compare(record: bool, cases: &[Case]) -> Result<(), String> {
    let baseline = Path::new(env!("CARGO_MANIFEST_DIR")).join("baseline.tsv");
    let mut profiles: PathBuf = std::env::current_exe().map_err(|error| error.to_string())?;
    profiles.set_file_name("callgrind");
    std::fs::create_dir_all(&profiles).map_err(|error| format!("{}: {error}", profiles.display()))?;
    let known = if record { Vec::new() } else { read(&baseline)? };
    let mut lines = String::new();
    let mut over = Vec::new();
    println!("{:<16}{:>14}{:>14}{:>8}", "case", "instructions", "baseline", "");
    for case in cases {
        let count = count(case, &profiles)?;
        print!("{:<16}{count:>14.0}", case.name);
        match known.iter().find(|(name, _)| name == case.name) {
            Some((_, before)) => {
                println!("{before:>14.0}{:>+7.1}%", 100.0 * (count / before - 1.0));
                if count > before * (1.0 + TOLERANCE) {
                    over.push(case.name);
                }
            }
            None if record => println!(),
            None => return Err(format!("{} has no baseline: --record writes it", case.name)),
        }
        let _ = writeln!(lines, "{}\t{count:.0}", case.name);
    }
    println!("profiles: callgrind_annotate {}/CASE.out", profiles.display());
    if record {
        std::fs::write(&baseline, lines).map_err(|error| format!("{}: {error}", baseline.display()))?;
    }
    match over.as_slice() {
        [] => Ok(()),
        over => Err(format!("more than {:.0} % over the baseline: {}", 100.0 * TOLERANCE, over.join(", "))),
    }
}

fn start() -> Result<(), String> {
    let mut record = false;
    let mut cases = Vec::new();
    for argument in std::env::args().skip(1) {
        match find(&argument) {
            Some(case) => cases.push(case),
            None if argument == "--record" => record = true,
            None => return Err(format!("{argument:?} is not a case; {USAGE}")),
        }
    }
    match (record, cases.is_empty()) {
        (true, false) => Err("--record takes all cases".to_owned()),
        (_, true) => compare(record, CASES),
        (false, false) => compare(record, &cases),
    }
}

fn main() -> ExitCode {
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("instructions: {error}");
            ExitCode::FAILURE
        }
    }
}
