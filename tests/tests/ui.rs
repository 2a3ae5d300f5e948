//! What the macros make of right and of wrong declarations.
//!
//! `fail/` holds messages that the macros write, the same on every compiler. `types/` holds those that rustc writes,
//! which are its own on every version: where they point, and that each mistake is one, is ours.
//!
//! One case alone: `UI=fail/kind/none.rs cargo test -p sockpact-tests --test ui`. After a change,
//! `TRYBUILD=overwrite` writes the `.stderr` files anew: read each of them.

use std::env;
use std::process::Command;

/// The version in `rust-toolchain.toml`, whose words are in `types/`.
const PINNED: &str = "rustc 1.95.";

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    if let Ok(one) = env::var("UI") {
        let path = format!("ui/{one}");
        if one.starts_with("pass/") {
            cases.pass(path)
        } else {
            cases.compile_fail(path)
        }
        return;
    }
    cases.pass("ui/pass/*.rs");
    cases.compile_fail("ui/fail/*/*.rs");
    if is_pinned() {
        cases.compile_fail("ui/types/*.rs");
    } else {
        eprintln!("skipped ui/types: it holds the words of {PINNED}*");
    }
}

fn is_pinned() -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().expect("there is a rustc");
    version.stdout.starts_with(PINNED.as_bytes())
}
