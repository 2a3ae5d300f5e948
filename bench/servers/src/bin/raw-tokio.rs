//! The floor: what an echo costs if nothing is checked.
//!
//! Frames are unmasked and reframed in place, in one buffer for each thread, and written at once, as far as they
//! came: no message is ever held.

use std::cell::RefCell;
use std::io::Result;
use std::pin::Pin;
use std::process::ExitCode;
use std::task::{Context, Poll, ready};

use sockpact_bench_servers::{Frames, ROOM, accept, run_each};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;

thread_local! {
    static BUFFER: RefCell<Box<[u8]>> = RefCell::new(vec![0; ROOM + 64 * 1024].into());
}

/// What a turn ended with.
enum Turn {
    /// The socket is full, and these bytes are left.
    Unsent(Vec<u8>),
    Closed,
}

/// Echoes until there is nothing to read or no room to write.
fn turn(
    stream: &mut TcpStream,
    frames: &mut Frames,
    buffer: &mut [u8],
    cx: &mut Context<'_>,
) -> Poll<Result<Turn>> {
    loop {
        let mut read = ReadBuf::new(&mut buffer[ROOM..]);
        ready!(Pin::new(&mut *stream).poll_read(cx, &mut read))?;
        let filled = read.filled().len();
        if filled == 0 {
            return Poll::Ready(Ok(Turn::Closed));
        }
        let mut unsent = frames.reframe(buffer, ROOM + filled);
        while !unsent.is_empty() {
            match Pin::new(&mut *stream).poll_write(cx, &buffer[unsent.clone()])? {
                Poll::Ready(written) => unsent.start += written,
                Poll::Pending => return Poll::Ready(Ok(Turn::Unsent(buffer[unsent].to_vec()))),
            }
        }
        if frames.closed() {
            return Poll::Ready(Ok(Turn::Closed));
        }
    }
}

async fn echo(mut stream: TcpStream) -> Result<()> {
    accept(&mut stream).await?;
    let mut frames = Frames::default();
    loop {
        let turn = std::future::poll_fn(|cx| {
            BUFFER.with_borrow_mut(|buffer| turn(&mut stream, &mut frames, buffer, cx))
        });
        match turn.await? {
            Turn::Unsent(bytes) => stream.write_all(&bytes).await?,
            Turn::Closed => return Ok(()),
        }
    }
}

fn main() -> ExitCode {
    run_each(echo)
}
