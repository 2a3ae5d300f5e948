//! Four endpoints that send every message back unchanged.
//!
//!     cargo run --release -p sockpact-examples --bin echo -- 127.0.0.1:9001 [--threads N] [--max-message BYTES]
//!     websocat ws://127.0.0.1:9001/both
//!
//! `/text` accepts text, `/binary` accepts binary, `/both` accepts both, and `/json` decodes
//! `{"id":1,"t":"msg","d":"..."}` and sends it back encoded.

use std::io::{Write, stdout};
use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use sockpact::{Bytes, Config, Json, Message, Server, Text, endpoint};

#[endpoint(text)]
async fn text(message: Text) -> Text {
    message
}

#[endpoint(binary)]
async fn binary(message: Bytes) -> Bytes {
    message
}

#[endpoint(text, binary)]
async fn both(message: Message) -> Message {
    message
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: u64,
    t: Type,
    d: String,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Type {
    Msg,
}

#[endpoint(text)]
async fn json(entry: Json<Entry>) -> Json<Entry> {
    entry
}

const USAGE: &str = "usage: echo ADDRESS [--threads N] [--max-message BYTES]";

/// What the command line asks for.
struct Options {
    address: String,
    threads: Option<usize>,
    max_message: Option<usize>,
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options { address: String::new(), threads: None, max_message: None };
    while let Some(argument) = arguments.next() {
        let mut number = || match arguments.next().map(|value| value.parse::<usize>()) {
            Some(Ok(number)) if number > 0 => Ok(Some(number)),
            _ => Err(format!("{argument} needs a number above 0")),
        };
        match argument.as_str() {
            "--threads" => match number()? {
                Some(1025..) => return Err("--threads needs a number up to 1024".to_owned()),
                threads => options.threads = threads,
            },
            "--max-message" => options.max_message = number()?,
            _ if argument.starts_with('-') => return Err(format!("unknown option {argument}; {USAGE}")),
            _ if options.address.is_empty() => options.address = argument,
            _ => return Err(format!("one address is enough; {USAGE}")),
        }
    }
    if options.address.is_empty() { Err(USAGE.to_owned()) } else { Ok(options) }
}

async fn run(options: Options) -> std::io::Result<()> {
    let mut config = Config::default();
    if let Some(bytes) = options.max_message {
        // Such a message may come in frames of 64 bytes, as the conformance suite sends it.
        let fragments = u32::try_from(bytes / 64).unwrap_or(u32::MAX).max(1024);
        config = config.max_text(bytes).max_binary(bytes).max_fragments(fragments);
    }
    let server = Server::bind(&options.address).await?.config(config);
    writeln!(stdout(), "echo: listening on ws://{}", server.local_addr()?)?;
    server.route("/text", text).route("/binary", binary).route("/both", both).route("/json", json).run().await
}

fn start() -> Result<(), String> {
    let options =
        options(std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()))?;
    let mut runtime = match options.threads {
        Some(1) => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    if let Some(threads) = options.threads {
        runtime.worker_threads(threads);
    }
    let runtime = runtime.enable_all().build().map_err(|error| error.to_string())?;
    let address = options.address.clone();
    runtime.block_on(run(options)).map_err(|error| match error.to_string() {
        error if error.contains(&address) => error,
        error => format!("{address}: {error}"),
    })
}

fn main() -> ExitCode {
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("echo: {error}");
            ExitCode::FAILURE
        }
    }
}
