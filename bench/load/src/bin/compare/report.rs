//! The tables, as they are printed and written.

use std::fmt::Write;
use std::process::Command;

use crate::options::Options;
use crate::rounds::{Sample, Table, median};
use crate::scenarios::{Bound, Scenario, What};

/// Markdown that grows table by table, and is printed as it grows.
pub(crate) struct Report {
    text: String,
    /// A line for each scenario with a goal.
    goals: String,
}

impl Report {
    pub(crate) fn new(options: &Options) -> Self {
        let mut report = Self { text: String::new(), goals: String::new() };
        report.say(&format!("# Results\n\n    bench/run {}\n\n{}", options.command_line, circumstances()));
        report
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    fn say(&mut self, text: &str) {
        println!("{text}");
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// Adds the table of a scenario.
    pub(crate) fn add(&mut self, scenario: &Scenario, table: &Table) {
        let threads =
            if scenario.threads > 1 { format!(", {} threads", scenario.threads) } else { String::new() };
        let mut text = format!("## {}: {}{threads}\n\n", scenario.name, scenario.what.title());
        let memory = matches!(scenario.what, What::Memory { .. });
        text.push_str(if memory {
            "| server | bytes each |\n|---|---|\n"
        } else {
            "| server | CPU us each | ratio | lowest to highest | each second | server busy | load busy |\n\
             |---|---|---|---|---|---|---|\n"
        });
        for (server, samples) in &table.rows {
            let _ = match samples {
                Err(error) => writeln!(text, "| {server} | failed: {error} |"),
                Ok(samples) if memory => writeln!(text, "| {server} | {:.0} |", middle(samples, |s| s.value)),
                Ok(samples) => writeln!(text, "| {server} | {} |", cells(samples, &table.ratios(samples))),
            };
        }
        self.say(&text);
        self.judge(scenario, table);
    }

    /// Notes whether the goals of a scenario are reached.
    fn judge(&mut self, scenario: &Scenario, table: &Table) {
        for goal in scenario.goals {
            let samples = table.rows.iter().find(|(server, _)| *server == goal.server);
            let Some((_, Ok(samples))) = samples else { continue };
            let (reached, bound, unit) = match goal.bound {
                Bound::Ratio(bound) => (median(table.ratios(samples)).unwrap_or(f64::NAN), bound, ""),
                Bound::Bytes(bound) => (middle(samples, |sample| sample.value), bound, " bytes"),
            };
            let digits = if unit.is_empty() { 2 } else { 0 };
            let verdict = if reached <= bound { "reached" } else { "missed" };
            let _ = writeln!(
                self.goals,
                "| {} | {} | {reached:.digits$}{unit} | {bound}{unit} | {verdict} |",
                scenario.name, goal.server
            );
        }
    }

    /// Adds the goals, all together.
    pub(crate) fn end(&mut self) {
        if !self.goals.is_empty() {
            let heading =
                "## Goals\n\n| scenario | server | reached | goal, at most | |\n|---|---|---|---|---|\n";
            self.say(&format!("{heading}{}", self.goals));
        }
    }
}

fn middle(samples: &[Sample], of: impl FnMut(&Sample) -> f64) -> f64 {
    median(samples.iter().map(of).collect()).unwrap_or(f64::NAN)
}

fn cells(samples: &[Sample], ratios: &[f64]) -> String {
    let lowest = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = ratios.iter().copied().fold(0.0, f64::max);
    let share = |of: fn((f64, f64)) -> f64| 100.0 * middle(samples, |sample| sample.shares.map_or(0.0, of));
    format!(
        "{:.2} | {:.2} | {lowest:.2} to {highest:.2} | {:.0} | {:.0} % | {:.0} %",
        middle(samples, |sample| sample.value),
        median(ratios.to_vec()).unwrap_or(f64::NAN),
        middle(samples, |sample| sample.per_second),
        share(|(server, _)| server),
        share(|(_, load)| load),
    )
}

/// When and where it is measured, and what.
fn circumstances() -> String {
    let said_by = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output();
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
    };
    let processors = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let names = processors.lines().filter(|line| line.starts_with("model name"));
    let model = names.clone().find_map(|line| line.split(": ").nth(1)).unwrap_or("unknown processor");
    let busy = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    format!(
        "* {}; {} cores, {model}; Linux {}; load average at the start {}\n* {}; commit {}\n* {}\n",
        said_by("date", &["-u", "+%F %R UTC"]),
        names.count(),
        said_by("uname", &["-r"]),
        busy.split_whitespace().next().unwrap_or_default(),
        said_by("rustc", &["--version"]),
        said_by("git", &["describe", "--always", "--dirty"]),
        versions(),
    )
}

/// The versions of the crates that are compared, as they are locked.
fn versions() -> String {
    const COMPARED: &[&str] = &[
        "actix-web",
        "actix-ws",
        "axum",
        "fastwebsockets",
        "hyper",
        "sockpact",
        "sockudo-ws",
        "tokio",
        "tokio-tungstenite",
        "tokio-websockets",
        "yawc",
    ];
    let lock = include_str!("../../../../Cargo.lock");
    let packages = lock.split("[[package]]").filter_map(|package| {
        let field = |name: &str| package.lines().find_map(|line| line.strip_prefix(name)?.strip_suffix('"'));
        let (name, version) = (field("name = \"")?, field("version = \"")?);
        COMPARED.contains(&name).then(|| format!("{name} {version}"))
    });
    packages.collect::<Vec<_>>().join(", ")
}
