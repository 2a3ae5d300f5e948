//! The smallest service: it shouts back.
//!
//!     cargo run --release -p sockpact-examples --bin hello
//!     websocat ws://127.0.0.1:3000
//!
//! Type a line and it comes back in capitals; send binary (`websocat -b`) and the connection is closed with 1003.

use std::process::ExitCode;

use sockpact::endpoint;

#[endpoint(text)]
async fn shout(line: String) -> String {
    line.to_uppercase()
}

#[tokio::main]
async fn main() -> ExitCode {
    // As an error of `main` it would be printed in its `Debug` form.
    if let Err(error) = sockpact::serve("127.0.0.1:3000", shout).await {
        eprintln!("hello: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
