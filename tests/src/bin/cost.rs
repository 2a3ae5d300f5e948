//! A first look at cost: CPU time of each echoed message and memory of an idle connection, beside a plain
//! tokio-tungstenite `next`/`send` loop in the same run.
//!
//!     cargo build --release -p sockpact-examples -p sockpact-tests --bins
//!     target/release/cost [DEPTH]
//!
//! DEPTH is how many messages are in flight on each connection: 1 if not given. Server on one core, load on the other, one-thread runtimes, rounds in turn; the ratio is taken within each
//! round, since machines are noisy. Linux only: it reads `/proc`.

use std::io::{BufRead, BufReader, Error};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use sockpact_tests::{RawPeer, text};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_secs(1);
const CONNECTIONS: usize = 100;
const IDLE: u64 = 2000;
const PAYLOAD: usize = 64;

/// A server in a process of its own, so that its CPU time and memory are its own.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts a command that prints a line ending in its address when it listens.
    fn start(program: &Path, arguments: &[&str]) -> std::io::Result<Self> {
        let mut child = Command::new("taskset")
            .args(["-c", "0"])
            .arg(program)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().ok_or_else(|| Error::other("no output"))?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let address = line.split_whitespace().last().unwrap_or_default().trim_start_matches("ws://").parse();
        let address = address.map_err(|_| Error::other(format!("no address in {line:?}")))?;
        Ok(Self { child, address })
    }

    /// CPU time of the process so far, user and system, in seconds.
    fn cpu(&self) -> std::io::Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks =
            |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
        // Fields 14 and 15 of the page proc(5); a tick is 10 ms on Linux.
        Ok((ticks(11) + ticks(12)) / 100.0)
    }

    /// Resident memory, in bytes.
    fn memory(&self) -> std::io::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
        Ok(line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) * 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Echoes on each connection, one message in flight; the CPU time of the server for each message, in microseconds.
async fn load(server: &Server, path: &str, depth: usize) -> std::io::Result<f64> {
    let mut streams = Vec::new();
    for _ in 0..CONNECTIONS {
        streams.push(RawPeer::connect(server.address, path).await.stream);
    }
    let before = server.cpu()?;
    let until = Instant::now() + ROUND;
    let tasks: Vec<_> = streams.into_iter().map(|stream| tokio::spawn(echo(stream, until, depth))).collect();
    let mut messages = 0;
    for task in tasks {
        messages += task.await.map_err(Error::other)??;
    }
    Ok((server.cpu()? - before) * 1e6 / messages as f64)
}

async fn echo(mut stream: TcpStream, until: Instant, depth: usize) -> std::io::Result<u64> {
    let messages_out = text([b'x'; PAYLOAD]).repeat(depth);
    let mut replies = vec![0; (PAYLOAD + 2) * depth];
    let mut messages = 0;
    while Instant::now() < until {
        stream.write_all(&messages_out).await?;
        stream.read_exact(&mut replies).await?;
        if replies.chunks(PAYLOAD + 2).any(|reply| reply[0] != 0x81 || reply[2..] != [b'x'; PAYLOAD]) {
            return Err(Error::other("not the echo"));
        }
        messages += depth as u64;
    }
    Ok(messages)
}

/// Resident memory of the server for each idle connection, in bytes, after one message on each.
async fn idle(server: &Server, path: &str) -> std::io::Result<u64> {
    let before = server.memory()?;
    let mut peers = Vec::new();
    for _ in 0..IDLE {
        let mut peer = RawPeer::connect(server.address, path).await;
        peer.send(&text("x")).await;
        peer.read_text().await;
        peers.push(peer);
    }
    Ok(server.memory()?.saturating_sub(before) / IDLE)
}

/// The loop of tokio-tungstenite's own echo example.
async fn plain_tungstenite() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("tokio-tungstenite on {}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(async move {
            let Ok(mut socket) = tokio_tungstenite::accept_async(stream).await else { return };
            while let Some(Ok(message)) = socket.next().await {
                if (message.is_text() || message.is_binary()) && socket.send(message).await.is_err() {
                    return;
                }
            }
        });
    }
}

async fn measure(depth: usize) -> std::io::Result<()> {
    let this = std::env::current_exe()?;
    let echo = this.with_file_name("echo");
    if !echo.exists() {
        return Err(Error::other("build it first: cargo build --release -p sockpact-examples --bins"));
    }
    let ours = Server::start(&echo, &["127.0.0.1:0", "--threads", "1"])?;
    let plain = Server::start(&this, &["plain-tungstenite"])?;
    println!(
        "us of server CPU for each echo, {PAYLOAD} B text, {CONNECTIONS} connections, {depth} in flight"
    );
    println!("{:>9} {:>18} {:>6}", "sockpact", "tokio-tungstenite", "ratio");
    let mut ratios = Vec::new();
    for round in 0..=ROUNDS {
        let (a, b) = (load(&ours, "/both", depth).await?, load(&plain, "/", depth).await?);
        // The first round warms both up.
        if round > 0 {
            println!("{a:>9.3} {b:>18.3} {:>6.2}", a / b);
            ratios.push(a / b);
        }
    }
    ratios.sort_by(f64::total_cmp);
    println!("median ratio {:.2}", ratios[ROUNDS / 2]);
    println!(
        "bytes for each of {IDLE} idle connections: sockpact {}, tokio-tungstenite {}",
        idle(&ours, "/both").await?,
        idle(&plain, "/").await?
    );
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let result = match std::env::args().nth(1).as_deref() {
        Some("plain-tungstenite") => plain_tungstenite().await,
        None => measure(1).await,
        Some(depth) => match depth.parse() {
            Ok(depth) if depth > 0 => measure(depth).await,
            _ => Err(Error::other("usage: cost [DEPTH]")),
        },
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cost: {error}");
            ExitCode::FAILURE
        }
    }
}
