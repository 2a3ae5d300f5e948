//! Connections that come, talk and go, for long: nothing grows, and nothing is left.

use std::io::{self, Error};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sockpact_tests::{RawPeer, binary, close, text, told};
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::process::{Held, MIB, Process};
use crate::report::{Report, print};

/// A connection sends a message in each turn, and gives way to a new one after this many.
const TURNS: u64 = 100;

/// How often every connection has to have given way to another before a slope says something. Half of that is
/// warm-up: each of the allocator's arenas grows to the most that connections ever had in it, and who has how many
/// is chance.
const TURNOVERS: u64 = 20;

/// How many samples are taken in a run, at least.
const SAMPLES: u32 = 40;

/// And how often: a connection that asks nothing for longer is pinged, and there is nobody who would answer.
const OFTEN: Duration = Duration::from_secs(20);

/// When everything has to be gone after the last close.
const GONE: Duration = Duration::from_secs(5);

/// The server's memory at one time, in MiB.
struct Sample {
    at: f64,
    /// How many connections have given way to others.
    ended: u64,
    resident: f64,
    /// Allocated and not freed. Where this is flat, what grows is what the allocator keeps.
    in_use: f64,
}

/// What all connections share.
#[derive(Default)]
struct Shared {
    end: AtomicBool,
    messages: AtomicU64,
    ended: AtomicU64,
    wrong: AtomicU64,
}

pub(crate) async fn run(
    report: &mut Report,
    connections: u64,
    seconds: u64,
    turn: Duration,
) -> io::Result<()> {
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
    while begun.elapsed() < Duration::from_secs(seconds) {
        sleep((Duration::from_secs(seconds) / SAMPLES).min(OFTEN)).await;
        let ended = shared.ended.load(Ordering::Relaxed);
        let sample = Sample {
            at: begun.elapsed().as_secs_f64(),
            ended,
            resident: server.memory()? / MIB,
            in_use: server.ask("bytes").await as f64 / MIB,
        };
        let Held { tasks, descriptors } = server.held().await?;
        print(&format!(
            "{:>5.0} s: {:.2} MiB, {:.2} in use, {tasks} tasks, {descriptors} descriptors, {} messages, {ended} \
             connections ended",
            sample.at,
            sample.resident,
            sample.in_use,
            shared.messages.load(Ordering::Relaxed),
        ));
        samples.push(sample);
    }
    shared.end.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.map_err(Error::other)?;
    }
    let (gone, _) = server.at_rest(held, 2 * GONE).await?;
    report.within("everything gone after the last close", gone, GONE);
    server.report_left(report, held).await?;
    report.exactly("echoes or codes that were wrong", shared.wrong.load(Ordering::Relaxed), 0);
    let ended = samples.last().map_or(0, |sample| sample.ended);
    if ended >= TURNOVERS * connections {
        samples.retain(|sample| sample.ended >= ended / 2);
        let turnovers = format!(
            "slope in 10 minutes, after {} of {} turnovers",
            ended / 2 / connections,
            ended / connections
        );
        for (what, of) in [
            ("resident memory", slope(&samples, |sample| sample.resident)),
            ("bytes in use", slope(&samples, |sample| sample.in_use)),
        ] {
            report.at_most(&format!("{what}: {turnovers}"), of * 600.0, 1.0, "MiB");
        }
    }
    report.note("memory without connections at the end", format_args!("{:.2} MiB", server.memory()? / MIB));
    Ok(())
}

/// The slope of the line that fits best, in MiB for each second.
fn slope(samples: &[Sample], of: fn(&Sample) -> f64) -> f64 {
    let mean = |of: &dyn Fn(&Sample) -> f64| samples.iter().map(of).sum::<f64>() / samples.len() as f64;
    let (mean_at, mean_memory) = (mean(&|sample| sample.at), mean(&of));
    let rise = mean(&|sample| (sample.at - mean_at) * (of(sample) - mean_memory));
    let run = mean(&|sample| (sample.at - mean_at).powi(2));
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
    let right = told(&frames) == Some(code);
    shared.wrong.fetch_add(u64::from(!right), Ordering::Relaxed);
}
