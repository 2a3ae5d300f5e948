//! The tables, as they are printed and written.

use std::fmt::Write;

use crate::circumstances::circumstances;
use crate::options::Options;
use crate::round::Sample;
use crate::rounds::{Table, median};
use crate::scenarios::{Bound, Scenario, What};
use crate::servers::ECHO;

/// Markdown that grows table by table, and is printed as it grows.
pub(crate) struct Report {
    text: String,
    /// A line for each scenario with a goal.
    goals: String,
    /// The scenarios in which every server of `ECHO` takes part: a name, and each server with its figure.
    overview: Vec<(String, Vec<(&'static str, String)>)>,
}

impl Report {
    pub(crate) fn new(options: &Options) -> Self {
        let mut report = Self { text: String::new(), goals: String::new(), overview: Vec::new() };
        let title = if options.scaling { "Scaling" } else { "Results" };
        let command_line = &options.command_line;
        report.say(&format!("# {title}\n\n    bench/run {command_line}\n\n{}", circumstances()));
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
        if scenario.servers == ECHO {
            let figures = table.rows.iter().map(|(server, samples)| {
                let figure = match samples {
                    Err(_) => "failed".to_owned(),
                    Ok(samples) if memory => format!("{:.0}", middle(samples, |sample| sample.value)),
                    Ok(samples) => {
                        let us = middle(samples, |sample| sample.value);
                        median(table.ratios(samples))
                            .map_or(format!("{us:.2}"), |ratio| format!("{us:.2} ({ratio:.2})"))
                    }
                };
                (*server, figure)
            });
            self.overview.push((scenario.name.clone(), figures.collect()));
        }
    }

    /// Adds the scenarios of `bench/run scaling`, one in each line.
    pub(crate) fn add_scaling(&mut self, scenarios: &[(&Scenario, Table)]) {
        let mut text = "| threads | load | server | CPU us each | ratio | lowest to highest | each second | server busy \
                        | load busy |\n|---|---|---|---|---|---|---|---|---|\n"
            .to_owned();
        for (scenario, table) in scenarios {
            for (server, samples) in &table.rows {
                let cells = match samples {
                    Err(error) => format!("failed: {error}"),
                    Ok(samples) => cells(samples, &table.ratios(samples)),
                };
                let _ = writeln!(
                    text,
                    "| {} | {} | {server} | {cells} |",
                    scenario.threads,
                    scenario.what.title()
                );
            }
        }
        self.say(&text);
    }

    /// Notes whether the goals of a scenario are reached.
    fn judge(&mut self, scenario: &Scenario, table: &Table) {
        for goal in scenario.goals {
            let samples = table.rows.iter().find(|(server, _)| *server == goal.server);
            let Some((_, Ok(samples))) = samples else { continue };
            let (reached, bound, unit) = match goal.bound {
                Bound::Ratio(bound) => (median(table.ratios(samples)), bound, ""),
                Bound::Bytes(bound) => (Some(middle(samples, |sample| sample.value)), bound, " bytes"),
            };
            let Some(reached) = reached else { continue };
            let digits = if unit.is_empty() { 2 } else { 0 };
            let verdict = if reached <= bound { "reached" } else { "missed" };
            let _ = writeln!(
                self.goals,
                "| {} | {} | {reached:.digits$}{unit} | {bound}{unit} | {verdict} |",
                scenario.name, goal.server
            );
        }
    }

    /// Adds the goals, and each server's figures in one line.
    pub(crate) fn end(&mut self) {
        self.add_overview();
        if !self.goals.is_empty() {
            let heading =
                "## Goals\n\n| scenario | server | reached | goal, at most | |\n|---|---|---|---|---|\n";
            self.say(&format!("{heading}{}", self.goals));
        }
    }

    fn add_overview(&mut self) {
        let Some((_, first)) = self.overview.first() else { return };
        let names: Vec<_> = self.overview.iter().map(|(name, _)| name.as_str()).collect();
        let mut text = format!(
            "## Overview\n\nCPU us each (ratio), or bytes each\n\n| server | {} |\n",
            names.join(" | ")
        );
        text.push_str(&"|---".repeat(names.len() + 1));
        text.push_str("|\n");
        for (row, (server, _)) in first.iter().enumerate() {
            let figures: Vec<_> = self.overview.iter().map(|(_, figures)| figures[row].1.as_str()).collect();
            let _ = writeln!(text, "| {server} | {} |", figures.join(" | "));
        }
        self.say(&text);
    }
}

fn middle(samples: &[Sample], of: impl FnMut(&Sample) -> f64) -> f64 {
    median(samples.iter().map(of).collect()).unwrap_or(f64::NAN)
}

fn cells(samples: &[Sample], ratios: &[f64]) -> String {
    let lowest = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = ratios.iter().copied().fold(0.0, f64::max);
    let ratio = match median(ratios.to_vec()) {
        Some(ratio) => format!("{ratio:.2} | {lowest:.2} to {highest:.2}"),
        None => "- | -".to_owned(),
    };
    let share = |of: fn((f64, f64)) -> f64| 100.0 * middle(samples, |sample| sample.shares.map_or(0.0, of));
    format!(
        "{:.2} | {ratio} | {:.0} | {:.0} % | {:.0} %",
        middle(samples, |sample| sample.value),
        middle(samples, |sample| sample.per_second),
        share(|(server, _)| server),
        share(|(_, load)| load),
    )
}
