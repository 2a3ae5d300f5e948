//! `[--threads N]`: how many worker threads; one is a current-thread runtime, and the default.

use std::io::Result;
use std::net::SocketAddr;
use std::process::ExitCode;

use tokio::runtime::Builder;

/// How many threads the server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threads(pub usize);

impl Threads {
    /// Takes the command line.
    ///
    /// # Errors
    ///
    /// With a line that says how it has to be.
    pub fn from_command_line() -> std::result::Result<Self, String> {
        let mut arguments = std::env::args().skip(1);
        let threads =
            match (arguments.next().as_deref(), arguments.next().map(|n| n.parse()), arguments.next()) {
                (None, ..) => Some(1),
                (Some("--threads"), Some(Ok(threads @ 1..=64)), None) => Some(threads),
                _ => None,
            };
        threads.map(Self).ok_or_else(|| "usage: [--threads 1..64]".to_owned())
    }
}

/// Runs a server until it is killed.
pub fn run<F: Future<Output = Result<()>>>(server: F) -> ExitCode {
    let threads = match Threads::from_command_line() {
        Ok(threads) => threads.0,
        Err(usage) => {
            eprintln!("{usage}");
            return ExitCode::FAILURE;
        }
    };
    let mut runtime = if threads == 1 { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    let result =
        runtime.worker_threads(threads).enable_all().build().and_then(|runtime| runtime.block_on(server));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Prints where the server listens, as the comparison reads it.
pub fn announce(address: Result<SocketAddr>) -> Result<()> {
    println!("listening on {}", address?);
    Ok(())
}
