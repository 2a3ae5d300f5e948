//! When, where and with what it is measured.

use std::process::Command;

/// When and where it is measured, and what.
pub(crate) fn circumstances() -> String {
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
        said_by("uname", &["-r"]).split('-').next().unwrap_or_default(),
        busy.split_whitespace().next().unwrap_or_default(),
        said_by("rustc", &["--version"]),
        said_by("git", &["describe", "--always", "--dirty"]),
        versions(&said_by("node", &["--version"])),
    )
}

/// The versions of what is compared, as they are locked.
fn versions(node: &str) -> String {
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
    let scripted = include_str!("../../../../scripted/package.json").lines().filter_map(|line| {
        let (name, version) = line.trim_end_matches(',').split_once(": ")?;
        let name = name.trim().trim_matches('"');
        matches!(name, "bun" | "ws").then(|| format!("{name} {}", version.trim_matches('"')))
    });
    let mut versions: Vec<_> = packages.chain(scripted).collect();
    if !node.is_empty() {
        versions.push(format!("node {node}"));
    }
    versions.join(", ")
}
