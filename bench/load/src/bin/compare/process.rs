//! A server in a process of its own, so that its CPU time and memory are its own.

use std::io::{BufRead, BufReader, Error, Result};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use sockpact_bench_load::Cpu;

use crate::servers::command_line;

pub(crate) struct Process {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Process {
    /// Starts a server on as many cores as it has threads, from the first on.
    pub(crate) fn start(server: &str, threads: usize) -> Result<Self> {
        let mut child = Command::new("taskset")
            .args(["-c", &format!("0-{}", threads - 1)])
            .args(command_line(server)?)
            .args(["--threads", &threads.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| Error::other(format!("taskset: {error}")))?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        match line.trim_start_matches("listening on ").trim_end().parse() {
            Ok(address) => Ok(Self { child, address }),
            Err(_) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(Error::other(format!("it does not say where it listens, but {line:?}")))
            }
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The clock of its CPU time. `taskset` became the server, so the process is the same.
    pub(crate) fn cpu(&self) -> Result<Cpu> {
        Cpu::of(self.child.id())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
