//! The server that is attacked.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use sockpact::{Config, Message, Peer, Server, endpoint};
use tokio::runtime::{Builder, Handle};

use crate::poll_time::processor_time;
use crate::{ALLOCATOR, Options};

/// The command that starts it; not for users.
pub(crate) const COMMAND: &str = "server";

pub(crate) const OPTIONS: &[(&str, u64)] = &[
    ("threads", 2),
    ("descriptors", 20_000),
    ("handshake-ms", 10_000),
    ("message-ms", 30_000),
    ("ping-ms", 20_000),
    ("write-ms", 10_000),
];

#[endpoint(text, binary, max_text = "16 MiB", max_binary = "16 MiB")]
async fn echo(message: Message) -> Message {
    message
}

#[endpoint(text)]
async fn text(line: String) -> String {
    line
}

#[endpoint(text)]
async fn panics(line: String) {
    panic!("as asked, with {} bytes", line.len());
}

/// Sends for as long as the connection lasts.
#[derive(Clone)]
struct WithoutEnd;

#[endpoint(text)]
impl WithoutEnd {
    #[on(text)]
    async fn send(&mut self, _: String, peer: &Peer) {
        while peer.send("x".repeat(1000).into()).await.is_ok() {}
    }
}

/// Answers what the server knows about itself.
#[derive(Clone, Default)]
struct Control(Arc<Late>);

/// By how much the worst tick of a 1 ms timer was late since it was asked for, in microseconds.
#[derive(Default)]
struct Late {
    wall: AtomicU64,
    /// On the processor: as far as other tasks of the thread made it late. For a server of one thread.
    processor: AtomicU64,
}

#[endpoint(text)]
impl Control {
    #[on(text)]
    async fn answer(&mut self, question: String) -> String {
        match question.as_str() {
            "tasks" => Handle::current().metrics().num_alive_tasks() as u64,
            "bytes" => {
                let stats = ALLOCATOR.stats();
                (stats.bytes_allocated - stats.bytes_deallocated) as u64
            }
            "late" => self.0.wall.swap(0, Ordering::Relaxed),
            "late-on-processor" => self.0.processor.swap(0, Ordering::Relaxed),
            _ => 0,
        }
        .to_string()
    }
}

async fn tick(late: Arc<Late>) {
    const TICK: Duration = Duration::from_millis(1);
    let note = |most: &AtomicU64, took: Duration| {
        let over = took.saturating_sub(TICK).as_micros();
        most.fetch_max(u64::try_from(over).unwrap_or(u64::MAX), Ordering::Relaxed);
    };
    loop {
        let (wall, processor) = (Instant::now(), processor_time());
        tokio::time::sleep(TICK).await;
        note(&late.wall, wall.elapsed());
        note(&late.processor, processor_time().saturating_sub(processor));
    }
}

async fn serve(config: Config) -> std::io::Result<()> {
    let control = Control::default();
    tokio::spawn(tick(Arc::clone(&control.0)));
    let server = Server::bind("127.0.0.1:0").await?.config(config);
    println!("{}", server.local_addr()?);
    server
        .route("/control", control)
        .route("/echo", echo)
        .route("/text", text)
        .route("/panics", panics)
        .route("/without-end", WithoutEnd)
        .run()
        .await
}

pub(crate) fn run(options: &Options) -> Result<(), String> {
    // The panics here are asked for.
    std::panic::set_hook(Box::new(|_| {}));
    let explain = |error: &dyn std::fmt::Display| error.to_string();
    let limit = Rlimit { current: Some(options.get("descriptors")), ..getrlimit(Resource::Nofile) };
    setrlimit(Resource::Nofile, limit).map_err(|error| explain(&error))?;
    let milliseconds = |name| Duration::from_millis(options.get(name));
    let config = Config::default()
        .handshake(milliseconds("handshake-ms"))
        .message_deadline(milliseconds("message-ms"))
        .ping_interval(Some(milliseconds("ping-ms")))
        .pong_deadline(milliseconds("ping-ms"))
        .write_deadline(milliseconds("write-ms"));
    let mut runtime = match options.get("threads") {
        1 => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    runtime.worker_threads(options.get("threads") as usize);
    let runtime = runtime.enable_all().build().map_err(|error| explain(&error))?;
    runtime.block_on(serve(config)).map_err(|error| explain(&error))
}
