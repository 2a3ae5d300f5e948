//! The floor of `/json`: what an entry costs if nothing is checked but by serde_json.
//!
//! One buffer for each thread to read into and one to write from; an entry is decoded from the first, without a copy of
//! its text, and encoded into the second. A frame is taken once it is whole; one of 64 KiB or more ends the connection.

use std::cell::RefCell;
use std::io::Result;
use std::pin::Pin;
use std::process::ExitCode;
use std::task::{Context, Poll, ready};

use sockpact_bench_servers::{Borrowed, Entry, accept, run_each, unmask};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;

/// The largest read; a frame is smaller.
const SIZE: usize = 64 * 1024;

struct Buffers {
    input: Vec<u8>,
    output: Vec<u8>,
}

thread_local! {
    static BUFFERS: RefCell<Buffers> = RefCell::new(Buffers { input: vec![0; 3 * SIZE], output: Vec::new() });
}

/// What a turn ended with.
enum Turn {
    /// The socket is full, and these bytes are left.
    Unsent(Vec<u8>),
    Closed,
}

/// Where the payload of the first frame is, and its opcode, once it is whole.
fn payload(input: &[u8]) -> Option<(u8, usize, usize)> {
    let (begin, length) = match *input {
        [_, 0xfe, a, b, ..] => (8, usize::from(u16::from_be_bytes([a, b]))),
        [_, short, ..] => (6, usize::from(short & 0x7f)),
        _ => return None,
    };
    (begin + length <= input.len()).then_some((input[0] & 0x0f, begin, begin + length))
}

/// Replies to the whole frames of the input; how long they are, or that one was a Close.
fn reply(input: &mut [u8], output: &mut Vec<u8>) -> Result<Option<usize>> {
    let mut done = 0;
    while let Some((opcode, begin, end)) = payload(&input[done..]) {
        let (header, payload) = input[done..done + end].split_at_mut(begin);
        unmask(payload, [header[begin - 4], header[begin - 3], header[begin - 2], header[begin - 1]]);
        if opcode == 8 {
            output.extend_from_slice(&[0x88, payload.len() as u8]);
            output.extend_from_slice(payload);
            return Ok(None);
        }
        let entry: Entry<Borrowed<'_>> = serde_json::from_slice(payload)?;
        // An entry comes back as long as it was, so that the header is the same.
        match begin {
            6 => output.extend_from_slice(&[0x81, payload.len() as u8]),
            _ => output.extend_from_slice(&[0x81, 126, header[2], header[3]]),
        }
        serde_json::to_writer(&mut *output, &entry)?;
        done += end;
    }
    Ok(Some(done))
}

/// Replies until there is nothing to read or no room to write. `kept` is what came of a frame that was not whole.
fn turn(
    stream: &mut TcpStream,
    kept: &mut Vec<u8>,
    Buffers { input, output }: &mut Buffers,
    cx: &mut Context<'_>,
) -> Poll<Result<Turn>> {
    loop {
        input[..kept.len()].copy_from_slice(kept);
        let mut read = ReadBuf::new(&mut input[kept.len()..kept.len() + SIZE]);
        ready!(Pin::new(&mut *stream).poll_read(cx, &mut read))?;
        let read = read.filled().len();
        if read == 0 {
            return Poll::Ready(Ok(Turn::Closed));
        }
        let end = kept.len() + read;
        output.clear();
        let done = reply(&mut input[..end], output)?;
        *kept = done.map_or_else(Vec::new, |done| input[done..end].to_vec());
        let mut unsent = &output[..];
        while !unsent.is_empty() {
            match Pin::new(&mut *stream).poll_write(cx, unsent)? {
                Poll::Ready(written) => unsent = &unsent[written..],
                Poll::Pending => return Poll::Ready(Ok(Turn::Unsent(unsent.to_vec()))),
            }
        }
        if done.is_none() {
            return Poll::Ready(Ok(Turn::Closed));
        }
    }
}

async fn serve(mut stream: TcpStream) -> Result<()> {
    accept(&mut stream).await?;
    let mut kept = Vec::new();
    loop {
        let turn = std::future::poll_fn(|cx| {
            BUFFERS.with_borrow_mut(|buffers| turn(&mut stream, &mut kept, buffers, cx))
        });
        match turn.await? {
            Turn::Unsent(bytes) => stream.write_all(&bytes).await?,
            Turn::Closed => return Ok(()),
        }
    }
}

fn main() -> ExitCode {
    run_each(serve)
}
