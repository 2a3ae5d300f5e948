//! What connections keep of a server's memory.

use std::io::{Error, Result};
use std::net::SocketAddr;
use std::thread::sleep;
use std::time::Duration;

use crate::messages::{Content, Messages, Traffic};
use crate::run::Run;

/// How many connections a server has before its memory is taken as what it needs without any.
const FIRST: usize = 32;

/// How long a server has to give memory back.
const SETTLE: Duration = Duration::from_millis(500);

/// Opens connections, has one message of `size` bytes echoed on each, if any, and returns what each
/// connection then adds to the server's resident memory, in bytes.
///
/// # Errors
///
/// As [`Work::measure`](crate::Work::measure).
pub fn memory(address: SocketAddr, process: u32, connections: usize, size: Option<usize>) -> Result<f64> {
    let text = |size| Messages::new(Traffic { content: Content::Ascii, size, fragments: 1 }, 1);
    let mut run = Run::new()?;
    run.open(address, "/both", FIRST)?;
    run.echo_on_each(&text(64).map_err(Error::other)?)?;
    sleep(SETTLE);
    let before = resident(process)?;
    run.open(address, "/both", FIRST + connections)?;
    if let Some(size) = size {
        run.echo_on_each(&text(size).map_err(Error::other)?)?;
    }
    sleep(SETTLE);
    Ok((resident(process)? - before) / connections as f64)
}

/// The resident memory of a process, to the page: what `/proc/PID/status` says may be hundreds of KiB old.
fn resident(process: u32) -> Result<f64> {
    let smaps = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
    let kib =
        smaps.lines().find_map(|line| line.strip_prefix("Rss:")?.split_whitespace().next()?.parse().ok());
    kib.map(|kib: f64| kib * 1024.0).ok_or_else(|| Error::other("no Rss in smaps_rollup"))
}
