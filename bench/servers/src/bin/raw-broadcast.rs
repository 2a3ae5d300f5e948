//! The floor of a broadcast: a plain write to each socket of what one client says.

use std::io::{ErrorKind, Result};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use sockpact_bench_servers::{Frames, ROOM, accept, run_each};
use tokio::net::TcpStream;

type Members = Arc<Mutex<Vec<Arc<TcpStream>>>>;

async fn member(mut stream: TcpStream, members: Members) -> Result<()> {
    accept(&mut stream).await?;
    let stream = Arc::new(stream);
    members.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&stream));
    let mut frames = Frames::default();
    loop {
        stream.readable().await?;
        let mut buffer = [0; ROOM + 4096];
        let filled = match stream.try_read(&mut buffer[ROOM..]) {
            Ok(0) => return Ok(()),
            Ok(filled) => filled,
            Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
            Err(error) => return Err(error),
        };
        let frame = frames.reframe(&mut buffer, ROOM + filled);
        // Whoever is gone, or has a socket that is full, is let go.
        let mut members = members.lock().unwrap_or_else(PoisonError::into_inner);
        members
            .retain(|member| member.try_write(&buffer[frame.clone()]).is_ok_and(|sent| sent == frame.len()));
    }
}

fn main() -> ExitCode {
    let members = Members::default();
    run_each(|stream| member(stream, Arc::clone(&members)))
}
