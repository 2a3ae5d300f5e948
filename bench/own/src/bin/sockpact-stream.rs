//! sockpact on bare streams, after an opening handshake by hand.

use std::io::Result;
use std::process::ExitCode;
use std::sync::Arc;

use sockpact::{Config, Message, endpoint, serve_stream};
use sockpact_bench_servers::{accept, run_each};
use tokio::net::TcpStream;

#[endpoint(text, binary, max_text = "4 MiB", max_binary = "4 MiB")]
async fn both(message: Message) -> Message {
    message
}

async fn connection(mut stream: TcpStream, config: Arc<Config>) -> Result<()> {
    accept(&mut stream).await?;
    serve_stream(stream, both, config).await;
    Ok(())
}

fn main() -> ExitCode {
    let config = Arc::new(Config::default());
    run_each(|stream| connection(stream, Arc::clone(&config)))
}
