//! Peers that send more than anybody needs.

use std::io;
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::nice;
use sockpact::{Config, Message, endpoint, serve_stream};
use sockpact_tests::{RawPeer, binary, continuation, frame, ping, text};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::honest::{Honest, p99};
use crate::poll_time::Longest;
use crate::process::{MIB, Process};
use crate::report::Report;

const WINDOW: Duration = Duration::from_secs(1);

/// How often the flood is repeated whose longest poll is measured.
const FLOODS: usize = 5;

/// Each flood lasts so many windows of a second.
pub(crate) async fn run(report: &mut Report, windows: u64) -> io::Result<()> {
    pings(report, windows).await?;
    fragments(report).await?;
    messages(report, windows).await
}

/// Writes these bytes over and over, whatever the server says, until the stream breaks.
fn pour(mut stream: impl AsyncWriteExt + Unpin + Send + 'static, bytes: Vec<u8>) -> JoinHandle<()> {
    tokio::spawn(async move { while stream.write_all(&bytes).await.is_ok() {} })
}

/// One connection that floods with pings, and how long it takes to be told so; it goes on after that.
async fn ping_flood(address: SocketAddr, until: Instant) -> (Duration, u16) {
    let (reading, writing) = RawPeer::connect(address, "/echo").await.stream.into_split();
    let begun = Instant::now();
    let pouring = pour(writing, ping([b'x'; 125]).repeat(500));
    let mut peer = RawPeer::new(tokio::io::join(reading, tokio::io::sink()));
    let code = loop {
        match peer.read_frame().await {
            Ok(frame) if frame.opcode == 8 => break frame.close().map_or(1005, |(code, _)| code),
            Ok(_) => {}
            Err(_) => break 0,
        }
    };
    let told = begun.elapsed();
    let abort = pouring.abort_handle();
    let _ = tokio::time::timeout_at(until.into(), pouring).await;
    abort.abort();
    (told, code)
}

/// Floods one after another on a thread of their own, with the time that nobody else wants: what a flood costs its
/// sender is not what honest clients wait for, who have other machines.
fn ping_floods(address: SocketAddr, until: Instant) -> io::Result<Vec<(Duration, u16)>> {
    nice(19)?;
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let mut floods = vec![];
        while Instant::now() < until {
            floods.push(ping_flood(address, until).await);
        }
        Ok(floods)
    })
}

async fn pings(report: &mut Report, windows: u64) -> io::Result<()> {
    let server = Process::start(&[]).await?;
    let mut honest = Honest::start(server.address)?;
    // The server's pool of buffers and the allocator warm up; the first flood is not measured either.
    sleep(WINDOW).await;
    ping_flood(server.address, Instant::now() + WINDOW).await;
    let (mut quiet, mut flooded, mut told, mut codes) = (vec![], vec![], vec![], vec![]);
    let (before, mut most) = (server.memory()?, 0.0_f64);
    for _ in 0..windows {
        sleep(Duration::from_millis(200)).await;
        honest.forget();
        sleep(WINDOW).await;
        honest.take(&mut quiet);
        let (address, until) = (server.address, Instant::now() + WINDOW);
        let floods = thread::spawn(move || ping_floods(address, until));
        while Instant::now() < until {
            most = most.max(server.memory()?);
            sleep(Duration::from_millis(5)).await;
        }
        honest.take(&mut flooded);
        for (time, code) in floods.join().map_err(|_| io::Error::other("the flood panicked"))?? {
            told.push(time);
            codes.push(code);
        }
    }
    report.exactly(
        "ping floods that ended with 1008",
        codes.iter().filter(|code| **code == 1008).count(),
        codes.len(),
    );
    report.within(
        "1008 after the first ping",
        told.into_iter().max().unwrap_or(Duration::MAX),
        Duration::from_secs(1),
    );
    report.at_most("growth of memory in the ping floods", (most - before) / MIB, 1.0, "MiB");
    let (calm, flooded_p99) = (p99(&mut quiet), p99(&mut flooded));
    let median = |sorted: &[Duration]| sorted.get(sorted.len() / 2).copied().unwrap_or_default();
    let (calm_median, flooded_median) = (median(&quiet), median(&flooded));
    report.note(
        "median of an echo beside 99 others, and beside a ping flood",
        format_args!("{calm_median:.2?}, {flooded_median:.2?}"),
    );
    report.note("p99 of an echo beside 99 others, quiet", format_args!("{calm:.2?}"));
    report.within("the same beside a ping flood", flooded_p99, calm * 2);
    Ok(())
}

#[endpoint(text, binary)]
async fn echo(message: Message) -> Message {
    message
}

async fn fragments(report: &mut Report) -> io::Result<()> {
    // On a thread of its own, with nothing else.
    let longest: Vec<_> = (0..FLOODS).map(|_| Longest::default()).collect();
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let timed = longest.clone();
    let server = thread::spawn(move || {
        runtime.block_on(async {
            let listener = TcpListener::from_std(listener)?;
            for flood in std::iter::once(None).chain(timed.iter().map(Some)) {
                let (stream, _) = listener.accept().await?;
                let served = serve_stream(stream, echo, Config::default());
                match flood {
                    Some(longest) => longest.of(served).await,
                    None => served.await,
                };
            }
            io::Result::Ok(())
        })
    });
    let mut peer = RawPeer::new(TcpStream::connect(address).await?);
    let empty = continuation(false, "");
    peer.send(&[frame(1, b"x"), empty.repeat(1023), ping("still open?")].concat()).await;
    let open = peer.read_frame().await.is_ok_and(|frame| frame.opcode == 10);
    report.exactly("open after 1,024 fragments", open, true);
    peer.send(&empty).await;
    report.exactly("close code at fragment 1,025", peer.expect_close().await, 1008);
    drop(peer);

    for _ in 0..FLOODS {
        let (reading, mut writing) = TcpStream::connect(address).await?.into_split();
        writing.write_all(&frame(1, b"x")).await?;
        let pouring = pour(writing, empty.repeat(10_000));
        let stop = pouring.abort_handle();
        let mut peer = RawPeer::new(tokio::io::join(reading, tokio::io::sink()));
        let stopped = async {
            let _ = tokio::time::timeout(WINDOW, pouring).await;
            stop.abort();
        };
        let (code, ()) = tokio::join!(peer.expect_close(), stopped);
        report.exactly("close code in a flood of them", code, 1008);
    }
    server.join().map_err(|_| io::Error::other("the server panicked"))??;
    let (mut processor, wall): (Vec<_>, Vec<_>) =
        longest.iter().map(|longest| (longest.processor(), longest.wall())).unzip();
    report.note("longest poll of each flood, by the clock", format_args!("{wall:.2?}"));
    typical(report, "longest poll of a flood, on the processor", &mut processor, Duration::from_millis(1));
    Ok(())
}

/// The median is what the server does each time. What only one of the floods has is the machine's: thread time has in
/// it what the kernel does for other sockets meanwhile, and a virtual machine that is stopped.
fn typical(report: &mut Report, what: &str, times: &mut [Duration], most: Duration) {
    times.sort();
    report.within(&format!("{what}, median of {}", times.len()), times[times.len() / 2], most);
    report.note("all of them", format_args!("{times:.2?}"));
}

async fn messages(report: &mut Report, windows: u64) -> io::Result<()> {
    let mut server = Process::start(&[("threads", 1)]).await?;
    for (what, message) in [("empty", text("")), ("tiny", text("x")), ("wrong", binary("x"))] {
        let (mut reading, writing) = RawPeer::connect(server.address, "/text").await.stream.into_split();
        server.ask("late").await;
        server.ask("late-on-processor").await;
        let pouring = pour(writing, message.repeat(10_000));
        let draining = tokio::spawn(async move {
            let (mut sink, mut bytes) = (vec![0; 1 << 16], 0);
            while let Ok(read @ 1..) = reading.read(&mut sink).await {
                bytes += read;
            }
            bytes
        });
        let (mut late, mut wall) = (vec![], vec![]);
        for _ in 0..windows {
            sleep(WINDOW).await;
            wall.push(Duration::from_micros(server.ask("late").await));
            late.push(Duration::from_micros(server.ask("late-on-processor").await));
        }
        report.note("worst of each second, by the clock", format_args!("{wall:.2?}"));
        let what = format!("a 1 ms timer is late beside a flood of {what} messages, on the processor");
        typical(report, &what, &mut late, Duration::from_millis(10));
        pouring.abort();
        let bytes = draining.await.map_err(io::Error::other)?;
        report.note("bytes echoed meanwhile", bytes);
    }
    Ok(())
}
