//! More clients than the server has descriptors for, and clients that are gone before they are accepted.

use std::io::{self, Error};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sockpact_tests::{RawPeer, text};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use crate::process::Process;
use crate::report::Report;

const DESCRIPTORS: u64 = 256;
const CLIENTS: usize = 1000;

/// Longer than anything here may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The longest pause of the server between two attempts is 1 s.
const AGAIN: Duration = Duration::from_millis(1100);

pub(crate) async fn run(report: &mut Report) -> io::Result<()> {
    let mut server = Process::start(&[("descriptors", DESCRIPTORS)]).await?;
    let descriptors = server.descriptors()?;
    let mut old = RawPeer::connect(server.address, "/echo").await;

    let opened = Arc::new(AtomicUsize::new(0));
    let (give, mut open) = mpsc::unbounded_channel();
    for _ in 0..CLIENTS {
        let (give, opened, address) = (give.clone(), Arc::clone(&opened), server.address);
        tokio::spawn(async move {
            let peer = RawPeer::connect(address, "/echo").await;
            opened.fetch_add(1, Ordering::SeqCst);
            let _ = give.send(peer);
        });
    }
    let full = settle(&opened).await;
    report.note("clients let in before the descriptors ran out", full);
    if full >= DESCRIPTORS as usize {
        return Err(Error::other("the limit on descriptors has no effect"));
    }

    let (cpu, begun) = (server.cpu()?, Instant::now());
    let mut slowest = Duration::ZERO;
    while begun.elapsed() < Duration::from_secs(3) {
        slowest = slowest.max(ask(&mut old).await);
        sleep(Duration::from_millis(10)).await;
    }
    let busy = (server.cpu()? - cpu).as_secs_f64() / begun.elapsed().as_secs_f64() * 100.0;
    report.at_most("time on a processor while full", busy, 10.0, "%");
    report.within("slowest echo of an open connection meanwhile", slowest, Duration::from_millis(100));

    // Half of those who are in leave, and as many get in.
    let begun = Instant::now();
    for _ in 0..full / 2 {
        open.recv().await;
    }
    let first = wait(&opened, full + 1, begun).await?;
    report.within("first accept after descriptors are free", first, AGAIN);
    wait(&opened, full + full / 2, begun).await?;

    // From now on whoever is in leaves at once.
    let leaving = tokio::spawn(async move { while open.recv().await.is_some() {} });
    wait(&opened, CLIENTS, begun).await?;
    report.exactly("clients let in at last", opened.load(Ordering::SeqCst), CLIENTS);
    drop(give);
    leaving.await.map_err(Error::other)?;

    reset(server.address).await?;
    let begun = Instant::now();
    let mut new = timeout(PATIENCE, RawPeer::connect(server.address, "/echo")).await?;
    report.within("accept after 1,000 clients that reset", begun.elapsed(), AGAIN);
    ask(&mut new).await;
    ask(&mut old).await;
    drop((new, old));
    let begun = Instant::now();
    while server.descriptors()? > descriptors && begun.elapsed() < Duration::from_secs(10) {
        sleep(Duration::from_millis(10)).await;
    }
    report.exactly(
        "descriptors beyond those of the start",
        server.descriptors()?.saturating_sub(descriptors),
        0,
    );
    report.exactly("the server lives", server.is_alive(), true);
    Ok(())
}

/// How long one echo takes.
async fn ask(peer: &mut RawPeer<TcpStream>) -> Duration {
    let begun = Instant::now();
    peer.send(&text("there?")).await;
    assert_eq!(peer.read_data().await.expect("an echo").payload, b"there?");
    begun.elapsed()
}

/// The count once it has not grown for a while.
async fn settle(count: &AtomicUsize) -> usize {
    loop {
        let before = count.load(Ordering::SeqCst);
        sleep(Duration::from_secs(2)).await;
        if count.load(Ordering::SeqCst) == before && before > 0 {
            return before;
        }
    }
}

/// How long after `begun` the count is this.
async fn wait(count: &AtomicUsize, wanted: usize, begun: Instant) -> io::Result<Duration> {
    let counted = async {
        while count.load(Ordering::SeqCst) < wanted {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, counted).await?;
    Ok(begun.elapsed())
}

/// Clients that connect and reset at once: some while they wait to be accepted.
async fn reset(address: SocketAddr) -> io::Result<()> {
    let resets: Vec<_> = (0..CLIENTS)
        .map(|_| {
            tokio::spawn(async move {
                let socket = TcpSocket::new_v4()?;
                socket.set_zero_linger()?;
                socket.connect(address).await.map(drop)
            })
        })
        .collect();
    for reset in resets {
        // A full backlog may refuse one; what matters comes after.
        let _ = reset.await.map_err(Error::other)?;
    }
    Ok(())
}
