//! The servers, and how they are built.

use std::io::Result;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

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
    "node-ws",
    "bun",
];

/// Those that have `/json`; the ratios are to the one written by hand.
pub(crate) const JSON: &[&str] = &["tt-tuned", "raw-json", "sockpact"];

/// Those that have `/broadcast`.
pub(crate) const BROADCAST: &[&str] = &["raw-broadcast", "sockpact-broadcast"];

/// Those that are scripts, and need what npm brings.
const SCRIPTS: &[&str] = &["node-ws", "bun"];

/// Every server there is.
pub(crate) fn all() -> impl Iterator<Item = &'static str> {
    ECHO.iter().chain(JSON).chain(BROADCAST).copied()
}

/// Where the scripts are.
const SCRIPTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripted");

/// Where the packages are.
const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Whether a server can be had on this machine.
pub(crate) fn can_be_had(server: &str) -> bool {
    static NPM: LazyLock<bool> = LazyLock::new(|| Command::new("npm").arg("--version").output().is_ok());
    !SCRIPTS.contains(&server) || *NPM
}

/// What starts a server.
pub(crate) fn command_line(server: &str) -> Result<Vec<PathBuf>> {
    let scripted = Path::new(SCRIPTED);
    Ok(match server {
        "node-ws" => vec!["node".into(), scripted.join("node-ws.mjs")],
        "bun" => vec![scripted.join("node_modules/.bin/bun"), scripted.join("bun.mjs")],
        _ => vec![std::env::current_exe()?.with_file_name(server)],
    })
}

/// What builds a server, and where. The packages are built one by one, so that none changes another's features, and
/// a change of sockpact builds no peer anew.
fn build_command(server: &str) -> (&'static str, &'static [&'static str], &'static str) {
    if SCRIPTS.contains(&server) {
        ("npm", &["install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"], SCRIPTED)
    } else if server.starts_with("sockpact") {
        ("cargo", &["build", "--release", "--quiet", "--locked", "--package=sockpact-bench-own"], WORKSPACE)
    } else if server.starts_with("raw") {
        (
            "cargo",
            &["build", "--release", "--quiet", "--locked", "--package=sockpact-bench-servers"],
            WORKSPACE,
        )
    } else {
        ("cargo", &["build", "--release", "--quiet", "--locked", "--package=sockpact-bench-peers"], WORKSPACE)
    }
}

/// Builds the servers that are asked for.
pub(crate) fn build(options: &Options) -> std::result::Result<(), String> {
    let servers = options.scenarios.iter().flat_map(|scenario| options.servers_of(scenario));
    let mut commands: Vec<_> = servers.map(build_command).collect();
    commands.sort_unstable();
    commands.dedup();
    for (program, arguments, folder) in commands {
        // Standard output is the report's.
        let status = Command::new(program).args(arguments).current_dir(folder).stdout(Stdio::null()).status();
        if !status.map_err(|error| format!("{program}: {error}"))?.success() {
            return Err(format!("{program} {} failed", arguments.join(" ")));
        }
    }
    Ok(())
}
