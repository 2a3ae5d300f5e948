//! The echo endpoint over TLS or HTTP/2, and a bridge to it for the conformance suite, which speaks neither.
//!
//! ```text
//! suite ──TCP──▶ bridge ──TLS or HTTP/2──▶ endpoint
//! ```
//!
//! The first line that it prints is the address for the suite.

mod bridge;
mod endpoint;
mod http2;
mod tls;

use std::io;
use std::process::ExitCode;

use sockpact_tests::tls_pair;
use tokio::net::TcpListener;

use bridge::Far;
use tls::Tls;

const USAGE: &str = "usage: sockpact-conformance tls|http2";

async fn run(transport: &str) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let far = match transport {
        "tls" => {
            let (acceptor, connector) = tls_pair()?;
            tokio::spawn(axum::serve(Tls { listener, acceptor }, endpoint::router()).into_future());
            Far::Tls { address, connector }
        }
        "http2" => {
            tokio::spawn(axum::serve(listener, endpoint::router()).into_future());
            Far::Http2(http2::connect(address).await?)
        }
        _ => return Err(io::Error::other(USAGE)),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on ws://{}", listener.local_addr()?);
    bridge::run(&listener, &far).await
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&std::env::args().nth(1).unwrap_or_default()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sockpact-conformance: {error}");
            ExitCode::FAILURE
        }
    }
}
