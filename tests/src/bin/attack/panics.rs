//! A handler that panics, over and over.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::iter;
use sockpact_tests::{RawPeer, text};

use crate::process::{MIB, Process};
use crate::report::Report;

/// How many connections there are at once: few, so that the most that they need together is soon needed.
const PARALLEL: usize = 50;

/// How long they have to end.
const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) async fn run(report: &mut Report, times: u64) -> io::Result<()> {
    let mut server = Process::start(&[]).await?;
    let mut other = RawPeer::connect(server.address, "/echo").await;
    let held = server.held().await?;
    // The allocator and the pool warm up.
    panics(server.address, times / 2).await;
    // What connections hold until they have ended is not what they leave.
    server.at_rest(held, PATIENCE).await?;
    let before = server.memory()?;
    let right = panics(server.address, times).await;
    server.at_rest(held, PATIENCE).await?;
    report.exactly("panics that closed their own connection with 1011", right, times);
    report.at_most("growth of memory by them", (server.memory()? - before) / MIB, 1.0, "MiB");
    other.send(&text("still there?")).await;
    let lives = other.read_data().await.is_ok_and(|frame| frame.payload == b"still there?");
    report.exactly("another connection lives", lives, true);
    server.report_left(report, held).await?;
    report.exactly("the server lives", server.is_alive(), true);
    Ok(())
}

/// How many of so many panics were answered with 1011.
async fn panics(address: SocketAddr, times: u64) -> u64 {
    let one = |_| async move {
        let mut peer = RawPeer::connect(address, "/panics").await;
        peer.send(&text("now")).await;
        u64::from(peer.expect_close().await == 1011)
    };
    iter(0..times).map(one).buffer_unordered(PARALLEL).fold(0, async |sum, one| sum + one).await
}
