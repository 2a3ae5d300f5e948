//! The servers, and how they are built.

use std::process::Command;

use crate::options::Options;

/// What the ratios of most scenarios are to.
pub(crate) const FLOOR: &str = "raw-tokio";

/// All that echo at `/both`, the floor first.
pub(crate) const ECHO: &[&str] = &[
    FLOOR,
    "sockpact",
    "sockpact-stream",
    "tt-simple",
    "tt-tuned",
    "axum",
    "fastwebsockets",
    "tokio-websockets",
    "actix-ws",
    "yawc",
    "sockudo-ws",
];

/// Those that have `/json`; the ratios are to the one written by hand.
pub(crate) const JSON: &[&str] = &["tt-tuned", "sockpact"];

/// Those that have `/broadcast`.
pub(crate) const BROADCAST: &[&str] = &["raw-broadcast", "sockpact-broadcast"];

/// Every server there is.
pub(crate) fn all() -> impl Iterator<Item = &'static str> {
    ECHO.iter().chain(BROADCAST).copied()
}

/// The package that a server is in. sockpact and what it is measured against are apart from the peers, so that
/// they are built without them.
fn package(server: &str) -> &'static str {
    if server.starts_with("sockpact") || server.starts_with("raw") {
        "sockpact-bench-servers"
    } else {
        "sockpact-bench-peers"
    }
}

/// Builds the servers that are asked for, each package by itself, so that one does not change another's features.
pub(crate) fn build(options: &Options) -> Result<(), String> {
    let mut packages: Vec<_> =
        options.scenarios.iter().flat_map(|scenario| options.servers_of(scenario)).map(package).collect();
    packages.sort_unstable();
    packages.dedup();
    for package in packages {
        let status = Command::new("cargo")
            .args(["build", "--release", "--quiet", "--locked", "--package", package])
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .status();
        match status {
            Ok(status) if status.success() => {}
            Ok(_) => return Err(format!("{package} cannot be built")),
            Err(error) => return Err(format!("cargo: {error}")),
        }
    }
    Ok(())
}
