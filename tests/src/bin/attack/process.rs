//! A server in a process of its own, so that its memory, time and descriptors are its own.

use std::fs;
use std::io::{self, BufRead, BufReader, Error};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sockpact_tests::{RawPeer, text};
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::report::Report;
use crate::server;

pub(crate) const MIB: f64 = 1024.0 * 1024.0;

/// What a server holds for its connections.
#[derive(Clone, Copy)]
pub(crate) struct Held {
    pub(crate) tasks: u64,
    pub(crate) descriptors: u64,
}

/// A server that was started; it ends with this.
pub(crate) struct Process {
    child: Child,
    pub(crate) address: SocketAddr,
    control: RawPeer<TcpStream>,
}

impl Process {
    /// Starts this program as a server with these options.
    pub(crate) async fn start(options: &[(&str, u64)]) -> io::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(server::COMMAND).stdin(Stdio::null()).stdout(Stdio::piped());
        for (name, value) in options {
            command.arg(format!("--{name}")).arg(value.to_string());
        }
        let mut child = command.spawn()?;
        let mut line = String::new();
        let stdout = child.stdout.take().ok_or_else(|| Error::other("no output"))?;
        BufReader::new(stdout).read_line(&mut line)?;
        let address = line.trim().parse().map_err(|_| Error::other(format!("no address in {line:?}")))?;
        let control = RawPeer::connect(address, "/control").await;
        Ok(Self { child, address, control })
    }

    /// Asks the server about itself.
    pub(crate) async fn ask(&mut self, question: &str) -> u64 {
        self.control.send(&text(question)).await;
        let answer = self.control.read_data().await.expect("an answer");
        String::from_utf8_lossy(&answer.payload).parse().expect("a number")
    }

    /// What it holds now.
    pub(crate) async fn held(&mut self) -> io::Result<Held> {
        Ok(Held { tasks: self.ask("tasks").await, descriptors: self.descriptors()? })
    }

    /// Waits until it holds no more than it did before, for at most so long: how long that took, and the most memory
    /// meanwhile.
    pub(crate) async fn at_rest(&mut self, before: Held, patience: Duration) -> io::Result<(Duration, f64)> {
        let (begun, mut most) = (Instant::now(), 0.0_f64);
        loop {
            most = most.max(self.memory()?);
            let Held { tasks, descriptors } = self.held().await?;
            let took = begun.elapsed();
            if (tasks <= before.tasks && descriptors <= before.descriptors) || took > patience {
                return Ok((took, most));
            }
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Says what it holds more than it did before: nothing, that is.
    pub(crate) async fn report_left(&mut self, report: &mut Report, before: Held) -> io::Result<()> {
        let Held { tasks, descriptors } = self.held().await?;
        report.exactly("tasks left", tasks.saturating_sub(before.tasks), 0);
        report.exactly("descriptors left", descriptors.saturating_sub(before.descriptors), 0);
        Ok(())
    }

    /// Resident memory, in bytes.
    pub(crate) fn memory(&self) -> io::Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
        let kib = line.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok());
        Ok(kib.ok_or_else(|| Error::other("no VmRSS"))? * 1024.0)
    }

    /// Time on a processor so far, user and system.
    pub(crate) fn cpu(&self) -> io::Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
        // Fields 14 and 15 of the page proc(5); a tick is 10 ms on Linux.
        Ok(Duration::from_millis((ticks(11) + ticks(12)) * 10))
    }

    /// How many descriptors are open.
    pub(crate) fn descriptors(&self) -> io::Result<u64> {
        Ok(fs::read_dir(format!("/proc/{}/fd", self.child.id()))?.count() as u64)
    }

    /// Whether it still runs.
    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
