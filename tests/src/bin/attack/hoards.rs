//! Peers that want the server to hold memory for them, or time.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use sockpact_tests::{RawPeer, header, masked, text};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::honest::p99;
use crate::process::{MIB, Process};
use crate::report::Report;

/// How many do the same at once.
const PEERS: usize = 200;

pub(crate) async fn run(report: &mut Report, deadline: Duration) -> io::Result<()> {
    announcements(report).await?;
    stopped_readers(report, deadline).await?;
    silences(report, deadline).await
}

/// Connections that have talked once.
async fn open(address: SocketAddr, path: &str, number: usize) -> Vec<RawPeer<TcpStream>> {
    let mut peers = Vec::new();
    for _ in 0..number {
        let mut peer = RawPeer::connect(address, path).await;
        peer.send(&text("x")).await;
        peer.read_text().await;
        peers.push(peer);
    }
    peers
}

async fn announcements(report: &mut Report) -> io::Result<()> {
    let server = Process::start(&[]).await?;
    for (path, what) in [("/echo", "that the limit allows"), ("/text", "of a kind that is refused")] {
        // The first round warms the allocator up.
        for measured in [false, true] {
            let mut peers = open(server.address, path, 100).await;
            let before = server.memory()?;
            for peer in &mut peers {
                peer.send(&[header(0x82, 16 << 20), masked(&[0; 1000])].concat()).await;
            }
            sleep(Duration::from_millis(500)).await;
            let growth = (server.memory()? - before) / MIB;
            if measured {
                report.at_most(
                    &format!("growth of memory by 100 x 16 MiB announced, {what}"),
                    growth,
                    1.0,
                    "MiB",
                );
            }
            if path == "/text" {
                let mut refused = 0;
                for peer in &mut peers {
                    refused += usize::from(peer.expect_close().await == 1003);
                }
                report.exactly("of them closed with 1003", refused, 100);
            }
        }
    }
    Ok(())
}

/// Peers that ask for messages without end, and read none.
async fn stopped_readers(report: &mut Report, deadline: Duration) -> io::Result<()> {
    let mut server = Process::start(&[("write-ms", deadline.as_millis() as u64)]).await?;
    let (held, before) = (server.held().await?, server.memory()?);
    let mut peers = Vec::new();
    for _ in 0..PEERS {
        let mut peer = RawPeer::connect_with_receive_buffer(server.address, "/without-end", Some(4096)).await;
        peer.send(&text("go")).await;
        peers.push(peer);
    }
    let (gone, most) = server.at_rest(held, deadline * 3).await?;
    // Outbox and output, and some for the connection itself.
    let each = (most - before) / 1024.0 / PEERS as f64;
    report.at_most("memory for each peer that stopped reading", each, 256.0 + 64.0 + 32.0, "KiB");
    report.around("the last of them gone", &[gone], deadline, 0.05);
    Ok(())
}

/// A peer that takes its time.
struct Slow {
    what: &'static str,
    shakes_hands: bool,
    /// What it sends at once.
    first: Vec<u8>,
    /// What it sends byte by byte after that.
    drops: &'static [u8],
    /// What it is told at its end; nothing where nothing can be told.
    told: &'static str,
}

/// How long a peer is borne that does this after it has connected.
async fn borne(
    address: SocketAddr,
    shakes_hands: bool,
    first: Vec<u8>,
    drop_by_drop: &'static [u8],
) -> io::Result<(Duration, String)> {
    // The server's clock runs from its accept, of which this side learns later.
    let begun = Instant::now();
    let stream = if shakes_hands {
        RawPeer::connect(address, "/echo").await.stream
    } else {
        TcpStream::connect(address).await?
    };
    let (mut reading, mut writing) = stream.into_split();
    writing.write_all(&first).await?;
    let dripping = tokio::spawn(async move {
        for byte in drop_by_drop {
            sleep(Duration::from_millis(200)).await;
            if writing.write_all(&[*byte]).await.is_err() {
                break;
            }
        }
        std::future::pending::<()>().await;
    });
    let mut bytes = Vec::new();
    // The first thing that is said about it counts, or the end where nothing is. A ping is no end.
    while !bytes.starts_with(b"HTTP") && !bytes.starts_with(&[0x88]) {
        match timeout(Duration::from_secs(60), reading.read_buf(&mut bytes)).await? {
            Ok(1..) => {}
            Ok(0) => break,
            Err(error) => return Err(error),
        }
    }
    let borne = begun.elapsed();
    dripping.abort();
    Ok((borne, String::from_utf8_lossy(&bytes).into_owned()))
}

async fn silences(report: &mut Report, deadline: Duration) -> io::Result<()> {
    let milliseconds = deadline.as_millis() as u64;
    let options =
        [("handshake-ms", milliseconds), ("message-ms", milliseconds), ("ping-ms", milliseconds / 2)];
    let server = Process::start(&options).await?;
    let slow = |what, shakes_hands, first: &[u8], drops, told| Slow {
        what,
        shakes_hands,
        first: first.to_vec(),
        drops,
        told,
    };
    let cases = [
        slow("silent before its handshake", false, b"", b"", ""),
        slow("slow in its handshake", false, b"GET / HTTP/1.1\r\nX: ", &[b'x'; 100], "408 Request Timeout"),
        slow("slow inside a frame", true, &header(0x82, 1000), &[b'x'; 100], "not finished in time"),
        slow("silent, its pongs too", true, b"", b"", ""),
    ];
    let running = cases.each_ref().map(|slow| {
        let Slow { shakes_hands, first, drops, .. } = slow;
        let one = |_| tokio::spawn(borne(server.address, *shakes_hands, first.clone(), drops));
        (0..PEERS).map(one).collect::<Vec<_>>()
    });
    // Honest handshakes meanwhile.
    let mut honest = Vec::new();
    let begun = Instant::now();
    while begun.elapsed() < deadline / 2 {
        let begun = Instant::now();
        RawPeer::connect(server.address, "/echo").await;
        honest.push(begun.elapsed());
        sleep(Duration::from_millis(5)).await;
    }
    for (Slow { what, told, .. }, running) in cases.iter().zip(running) {
        let (mut times, mut right) = (Vec::new(), 0);
        for peer in running {
            let (time, bytes) = peer.await.map_err(io::Error::other)??;
            times.push(time);
            // A ping is not about it.
            let silent = bytes.is_empty() || bytes == "\u{fffd}\0";
            right += usize::from(if told.is_empty() { silent } else { bytes.contains(told) });
        }
        report.around(&format!("{what}: gone"), &times, deadline, 0.05);
        report.exactly("told so, or nothing where nothing can be told", right, PEERS);
    }
    report.within("p99 of an honest handshake meanwhile", p99(&mut honest), Duration::from_millis(50));
    Ok(())
}
