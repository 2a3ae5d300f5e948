//! Figures beside their goals.

use std::fmt::Display;
use std::io::{Write, stdout};
use std::time::Duration;

/// Prints figures, and remembers whether a goal was missed.
pub(crate) struct Report {
    margin: u32,
    missed: bool,
}

impl Report {
    /// A time may be `margin` times as long as its goal.
    pub(crate) fn new(margin: u64) -> Self {
        Self { margin: u32::try_from(margin).unwrap_or(u32::MAX), missed: false }
    }

    pub(crate) const fn is_good(&self) -> bool {
        !self.missed
    }

    fn line(&mut self, good: bool, what: &str, reached: impl Display, goal: impl Display) {
        self.missed |= !good;
        print(&format!("{:<6} {what}: {reached} ({goal})", if good { "ok" } else { "MISSED" }));
    }

    /// A figure that has no goal.
    pub(crate) fn note(&self, what: &str, reached: impl Display) {
        print(&format!("       {what}: {reached}"));
    }

    /// A figure that has to be this.
    pub(crate) fn exactly<T: PartialEq + Display>(&mut self, what: &str, reached: T, wanted: T) {
        self.line(reached == wanted, what, reached, format_args!("goal: {wanted}"));
    }

    /// A figure that may not be larger.
    pub(crate) fn at_most(&mut self, what: &str, reached: f64, most: f64, unit: &str) {
        let goal = format_args!("goal: at most {most} {unit}");
        self.line(reached <= most, what, format_args!("{reached:.2} {unit}"), goal);
    }

    /// A time that may not be longer, but for the margin.
    pub(crate) fn within(&mut self, what: &str, reached: Duration, most: Duration) {
        let goal = format!("goal: at most {most:?}{}", self.margin_note());
        self.line(reached <= most * self.margin, what, format_args!("{reached:.2?}"), goal);
    }

    /// Times that may be this far from the wanted one in each direction; later also by the margin.
    pub(crate) fn around(&mut self, what: &str, reached: &[Duration], wanted: Duration, off: f64) {
        let least = reached.iter().min().copied().unwrap_or_default();
        let most = reached.iter().max().copied().unwrap_or(Duration::MAX);
        let allowed = wanted.mul_f64(off);
        let good = least + allowed >= wanted && most <= wanted + allowed * self.margin;
        let goal = format!("goal: {wanted:?} +-{allowed:?}{}", self.margin_note());
        self.line(good, what, format_args!("{} of them in {least:.2?} to {most:.2?}", reached.len()), goal);
    }

    fn margin_note(&self) -> String {
        if self.margin > 1 { format!(", times {} here", self.margin) } else { String::new() }
    }
}

/// Prints a line; that nobody reads it any more does not end a run.
pub(crate) fn print(line: &str) {
    let _ = writeln!(stdout(), "{line}");
}
