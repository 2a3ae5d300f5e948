//! Serves one connection over a stream in memory: `exchange CASE MESSAGES`. What it costs, callgrind counts.

mod stream;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::{Deserialize, Serialize};
use sockpact::{Config, Json, Message, endpoint, serve_stream};
use sockpact_bench_counts::{Case, Endpoint, find};
use sockpact_bench_load::Messages;
use stream::Stream;

#[endpoint(text, binary, max_text = "4 MiB", max_binary = "4 MiB")]
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

#[endpoint(text, binary)]
async fn sink(_: Message) {}

/// Serves so many messages; an error if it does not answer with as many bytes as are due, or ends unclean.
fn exchange(case: Case, count: usize) -> Result<(), String> {
    let messages = Messages::new(case.traffic, case.at_once)?;
    let due = if case.endpoint == Endpoint::Sink { 0 } else { count * messages.reply_len() };
    let written = Arc::new(AtomicUsize::new(0));
    let stream = Stream::new(messages, case, count, Arc::clone(&written));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let config = Config::default();
    // A task, as a server has one for each connection.
    let closed = runtime.block_on(async {
        match case.endpoint {
            Endpoint::Both => tokio::spawn(serve_stream(stream, both, config)).await,
            Endpoint::Json => tokio::spawn(serve_stream(stream, json, config)).await,
            Endpoint::Sink => tokio::spawn(serve_stream(stream, sink, config)).await,
        }
    });
    let closed = closed.map_err(|error| error.to_string())?;
    let came = written.load(Ordering::Relaxed);
    // And the Close: two bytes of header, two of code.
    if came != due + 4 || closed.code() != 1000 {
        return Err(format!("{came} bytes, not {}; ended with {}", due + 4, closed.code()));
    }
    Ok(())
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let case = arguments.next().and_then(|name| find(&name));
    let count = arguments.next().and_then(|count| count.parse().ok());
    let result = match (case, count, arguments.next()) {
        (Some(case), Some(count), None) => exchange(case, count),
        _ => Err("usage: exchange CASE MESSAGES".to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("exchange: {error}");
            ExitCode::FAILURE
        }
    }
}
