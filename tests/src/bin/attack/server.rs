//! The server that is attacked.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use sockpact::{Config, Message, Server, endpoint};
use tokio::runtime::{Builder, Handle};

use crate::Options;

/// The command that starts it; not for users.
pub(crate) const COMMAND: &str = "server";

pub(crate) const OPTIONS: &[(&str, u64)] = &[
    ("threads", 2),
    ("descriptors", 20_000),
    ("handshake-ms", 10_000),
    ("message-ms", 30_000),
    ("ping-ms", 20_000),
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

/// Answers what the server knows about itself.
#[derive(Clone, Default)]
struct Control {
    /// By how much the worst tick of a 1 ms timer was late since it was asked for, in microseconds.
    late: Arc<AtomicU64>,
}

#[endpoint(text)]
impl Control {
    #[on(text)]
    async fn answer(&mut self, question: String) -> String {
        match question.as_str() {
            "tasks" => Handle::current().metrics().num_alive_tasks() as u64,
            "late" => self.late.swap(0, Ordering::Relaxed),
            _ => 0,
        }
        .to_string()
    }
}

/// Notes by how much a 1 ms timer is late.
async fn tick(late: Arc<AtomicU64>) {
    loop {
        let begun = Instant::now();
        tokio::time::sleep(Duration::from_millis(1)).await;
        let over = begun.elapsed().saturating_sub(Duration::from_millis(1));
        late.fetch_max(u64::try_from(over.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

async fn serve(config: Config) -> std::io::Result<()> {
    let control = Control::default();
    tokio::spawn(tick(Arc::clone(&control.late)));
    let server = Server::bind("127.0.0.1:0").await?.config(config);
    println!("{}", server.local_addr()?);
    server
        .route("/control", control)
        .route("/echo", echo)
        .route("/text", text)
        .route("/panics", panics)
        .run()
        .await
}

pub(crate) fn run(options: &Options) -> Result<(), String> {
    let explain = |error: &dyn std::fmt::Display| error.to_string();
    let limit = Rlimit { current: Some(options.get("descriptors")), ..getrlimit(Resource::Nofile) };
    setrlimit(Resource::Nofile, limit).map_err(|error| explain(&error))?;
    let milliseconds = |name| Duration::from_millis(options.get(name));
    let config = Config::default()
        .handshake(milliseconds("handshake-ms"))
        .message_deadline(milliseconds("message-ms"))
        .ping_interval(Some(milliseconds("ping-ms")))
        .pong_deadline(milliseconds("ping-ms"));
    let mut runtime = match options.get("threads") {
        1 => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    runtime.worker_threads(options.get("threads") as usize);
    let runtime = runtime.enable_all().build().map_err(|error| explain(&error))?;
    runtime.block_on(serve(config)).map_err(|error| explain(&error))
}
