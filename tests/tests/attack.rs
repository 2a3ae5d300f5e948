//! The attacks of `src/bin/attack`, in small and with times as a busy machine has them. What counts is measured by
//! hand; see the README beside.

use std::process::{Command, Output};
use std::sync::{Mutex, PoisonError};

/// Times are measured, so that there is one at a time.
static TURN: Mutex<()> = Mutex::new(());

fn attack(arguments: &[&str]) -> Output {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    Command::new(env!("CARGO_BIN_EXE_attack")).args(arguments).output().unwrap()
}

fn told(output: &Output) -> String {
    [&output.stdout[..], &output.stderr].map(String::from_utf8_lossy).concat()
}

/// Runs a command that has to reach its goals.
fn reaches(arguments: &[&str]) {
    let output = attack(arguments);
    assert!(output.status.success(), "{}", told(&output));
}

/// Runs a command that has to reach its goals in time, at the second try at the latest: a machine of others that stood
/// still for a moment does not do so twice, and a server that is slow does.
fn reaches_in_time(arguments: &[&str]) {
    let output = attack(arguments);
    if !output.status.success() {
        eprintln!("again, after:\n{}", told(&output));
        reaches(arguments);
    }
}

#[test]
fn accept_goes_on_after_the_descriptors_ran_out() {
    reaches_in_time(&["accept", "--margin", "10"]);
}

#[test]
fn floods_are_refused_and_starve_nobody() {
    reaches_in_time(&["floods", "--margin", "20", "--seconds", "1"]);
}

#[test]
fn hostile_heads_are_cheap() {
    reaches_in_time(&["heads", "--margin", "20"]);
}

#[test]
fn hoards_are_bounded_in_memory_and_time() {
    reaches_in_time(&["hoards", "--margin", "20", "--deadline-ms", "1000"]);
}

#[test]
fn each_cell_of_the_matrix_has_its_code() {
    reaches(&["matrix", "--runs", "1"]);
}

#[test]
fn what_is_cancelled_leaves_whole_frames() {
    reaches(&["cancellations", "--times", "20000"]);
}

#[test]
fn panics_close_their_own_connection() {
    reaches(&["panics", "--times", "1000"]);
}

#[test]
fn a_soak_leaves_nothing() {
    reaches_in_time(&["soak", "--margin", "10", "--connections", "200", "--seconds", "5"]);
}

#[test]
fn a_wrong_command_line_is_one_line_and_a_failure() {
    let cases: &[(&[&str], &str)] = &[
        (&[], "usage: attack accept|"),
        (&["nonsense"], "usage: attack accept|"),
        (&["--help"], "usage: attack accept|"),
        (&["matrix", "--walks", "1"], "unknown option --walks"),
        (&["matrix", "runs", "1"], "unknown option runs"),
        (&["matrix", "--runs"], "--runs needs a number above 0"),
        (&["matrix", "--runs", "0"], "--runs needs a number above 0"),
        (&["accept", "--margin", "many"], "--margin needs a number above 0"),
        (&["server", "--threads", "x"], "--threads needs a number above 0"),
    ];
    for (arguments, expected) in cases {
        let output = attack(arguments);
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), errors.lines().count()), (Some(1), 1), "{arguments:?}: {errors}");
        assert!(errors.starts_with(&format!("attack: {expected}")), "{arguments:?}: {errors}");
        assert!(output.stdout.is_empty());
    }
}
