//! Connections that come, talk and go, for long: nothing grows, and nothing is left.

use std::io::{self, Error};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sockpact_tests::{RawPeer, binary, close, text};
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::process::{MIB, Process};
use crate::report::{Report, print};

/// Each connection sends a message in this time, and one of a hundred connections gives way to a new one.
const TURNS: u64 = 100;

/// Until every first connection has given way to another, memory has not come to rest.
const WARM_UP: f64 = 120.0;

/// In a shorter time there is too little behind that.
const ENOUGH: u64 = 300;

/// When everything has to be gone after the last close.
const GONE: Duration = Duration::from_secs(5);

/// What all connections share.
#[derive(Default)]
struct Shared {
    end: AtomicBool,
    messages: AtomicU64,
    ended: AtomicU64,
    wrong: AtomicU64,
}

pub(crate) async fn run(report: &mut Report, connections: u64, seconds: u64, turn: Duration) -> io::Result<()> {
    let mut server = Process::start(&[]).await?;
    let held = server.held().await?;
    let shared = Arc::new(Shared::default());
    let mut clients = Vec::new();
    for number in 0..connections {
        clients.push(tokio::spawn(live(server.address, number, turn, Arc::clone(&shared))));
        // Spread over a turn, as their messages are then.
        sleep(turn / u32::try_from(connections).unwrap_or(u32::MAX)).await;
    }
    let begun = Instant::now();
    let mut samples = Vec::new();
    let every = Duration::from_secs(seconds.div_ceil(20).clamp(1, 30));
    while begun.elapsed() < Duration::from_secs(seconds) {
        sleep(every).await;
        let (at, memory) = (begun.elapsed(), server.memory()? / MIB);
        samples.push((at.as_secs_f64(), memory));
        print(&format!(
            "{:>5.0} s: {memory:.2} MiB, {:.2} MiB in use, {} tasks, {} descriptors, {} messages, {} connections ended",
            at.as_secs_f64(),
            server.ask("bytes").await as f64 / MIB,
            server.ask("tasks").await,
            server.descriptors()?,
            shared.messages.load(Ordering::Relaxed),
            shared.ended.load(Ordering::Relaxed),
        ));
    }
    shared.end.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.map_err(Error::other)?;
    }
    let (gone, _) = server.at_rest(held, 2 * GONE).await?;
    report.within("everything gone after the last close", gone, GONE);
    server.report_left(report, held).await?;
    report.exactly("echoes or codes that were wrong", shared.wrong.load(Ordering::Relaxed), 0);
    if seconds >= ENOUGH {
        samples.retain(|(at, _)| *at > WARM_UP);
        report.at_most("slope of memory in 10 minutes", slope(&samples) * 600.0, 1.0, "MiB");
    }
    report.note("memory without connections at the end", format_args!("{:.2} MiB", server.memory()? / MIB));
    Ok(())
}

/// The slope of the line that fits best, in MiB for each second.
fn slope(samples: &[(f64, f64)]) -> f64 {
    let number = samples.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| samples.iter().map(of).sum::<f64>() / number;
    let (mean_at, mean_memory) = (mean(|sample| sample.0), mean(|sample| sample.1));
    let rise: f64 = samples.iter().map(|(at, memory)| (at - mean_at) * (memory - mean_memory)).sum();
    let run: f64 = samples.iter().map(|(at, _)| (at - mean_at).powi(2)).sum();
    if run > 0.0 { rise / run } else { 0.0 }
}

/// One client after another in one place.
async fn live(address: SocketAddr, number: u64, pause: Duration, shared: Arc<Shared>) {
    // The first ones have lives of different lengths, so that they do not all end at once.
    let mut turns = number % TURNS;
    for generation in number.. {
        let mut peer = RawPeer::connect(address, "/echo").await;
        for turn in 0..=turns {
            if shared.end.load(Ordering::Relaxed) {
                break;
            }
            talk(&mut peer, number + turn, &shared).await;
            sleep(pause).await;
        }
        leave(peer, generation, &shared).await;
        shared.ended.fetch_add(1, Ordering::Relaxed);
        if shared.end.load(Ordering::Relaxed) {
            return;
        }
        turns = TURNS;
    }
}

/// One message and its echo.
async fn talk(peer: &mut RawPeer<TcpStream>, number: u64, shared: &Shared) {
    // Now and then a large one.
    let size = if number.is_multiple_of(100) { 100_000 } else { number as usize * 37 % 3000 };
    let message = "m".repeat(size);
    peer.send(&if number.is_multiple_of(2) { text(&message) } else { binary(&message) }).await;
    let right = peer.read_data().await.is_ok_and(|frame| frame.payload == message.as_bytes());
    shared.messages.fetch_add(1, Ordering::Relaxed);
    shared.wrong.fetch_add(u64::from(!right), Ordering::Relaxed);
}

/// Politely, with a mistake, without a word, or with a RST.
async fn leave(mut peer: RawPeer<TcpStream>, generation: u64, shared: &Shared) {
    let code = match generation % 4 {
        0 => {
            peer.send(&close(1000, "")).await;
            1000
        }
        1 => {
            peer.send(&text(b"\xff")).await;
            1007
        }
        2 => return,
        _ => {
            let _ = peer.stream.set_zero_linger();
            return;
        }
    };
    let (frames, _) = peer.read_to_end().await;
    let right = frames.last().and_then(|frame| frame.close()).is_some_and(|(got, _)| got == code);
    shared.wrong.fetch_add(u64::from(!right), Ordering::Relaxed);
}
