//! sockpact on bare streams, after an opening handshake by hand.

use std::io::Result;
use std::process::ExitCode;
use std::sync::Arc;

use sockpact::{Config, Message, endpoint, serve_stream};
use sockpact_bench_servers::{accept, announce, run};
use tokio::net::TcpListener;

#[endpoint(text, binary, max_text = "4 MiB", max_binary = "4 MiB")]
async fn both(message: Message) -> Message {
    message
}

async fn serve() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    announce(listener.local_addr())?;
    let config = Arc::new(Config::default());
    loop {
        let (mut stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let config = Arc::clone(&config);
        tokio::spawn(async move {
            accept(&mut stream).await?;
            serve_stream(stream, both, config).await;
            Result::Ok(())
        });
    }
}

fn main() -> ExitCode {
    run(serve())
}
