//! One run of a cell, from the client's side.

use std::io;
use std::sync::LazyLock;
use std::time::Duration;

use sockpact_tests::{Ending, RawPeer, close, frame, told};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::sleep;

use super::cell::{Cell, Client, Kind, MAX, Shape};

/// What is uploaded, message by message: text, binary. Masked once, and not in each run.
static CHUNKS: LazyLock<[Vec<u8>; 2]> =
    LazyLock::new(|| [Kind::Text, Kind::Binary].map(|kind| frame(0x80 | kind.opcode(), &[b'x'; MAX])));

/// What came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    /// The code of the Close that came last, if one did.
    pub(super) code: Option<u16>,
    /// Each message that was in order was answered, and one Close came, behind them.
    pub(super) in_order: bool,
    /// The stream did not end with FIN, or broke while the client wrote.
    pub(super) reset: bool,
}

/// Longer than the server waits for more before it shuts its side down.
const LULL: Duration = Duration::from_millis(150);

/// What is asked for, and how much is uploaded after the message.
fn around(client: Client) -> (usize, usize) {
    const MIB: usize = 1 << 20;
    match client {
        Client::Idle | Client::HalfClosed => (1, 0),
        Client::Uploading => (1, 8 * MIB),
        // Replies of 1,000 bytes.
        Client::Unread => (400, MIB),
        Client::Slow => (20, 0),
    }
}

/// The receive buffer that the client has to have.
pub(super) fn receive_buffer(client: Client) -> Option<u32> {
    matches!(client, Client::Unread | Client::Slow).then_some(4096)
}

pub(super) async fn run<S: AsyncRead + AsyncWrite + Unpin>(cell: Cell, mut peer: RawPeer<S>) -> Outcome {
    match write(cell, &mut peer).await {
        Ok(replies) => read(cell, peer, replies).await,
        Err(_) => Outcome { code: None, in_order: false, reset: true },
    }
}

/// Writes everything, and returns how many replies have to come.
async fn write<S: AsyncRead + AsyncWrite + Unpin>(cell: Cell, peer: &mut RawPeer<S>) -> io::Result<usize> {
    let (asked, upload) = around(cell.client);
    let accepted = 0x80 | cell.accepted().opcode();
    let is_valid = cell.code() == 1000;
    peer.try_send(&frame(accepted, b"+1000").repeat(asked)).await?;
    let bytes = cell.bytes();
    let (one_by_one, at_once) = match cell.shape {
        // Three headers, two pings, and payload. The rest of what is too big is only payload.
        Shape::EveryByte => bytes.split_at(bytes.len().min(64)),
        _ => bytes.split_at(0),
    };
    for byte in one_by_one {
        peer.try_send(&[*byte]).await?;
        tokio::task::yield_now().await;
    }
    peer.try_send(at_once).await?;
    let mut replies = asked + usize::from(is_valid);
    let chunk = &CHUNKS[usize::from(cell.accepted() == Kind::Binary)];
    // Whoever has not read 400 KiB would be stuck behind them with more that is in order.
    if !(is_valid && cell.client == Client::Unread) {
        for _ in 0..upload / MAX {
            peer.try_send(chunk).await?;
            replies += usize::from(is_valid);
        }
    }
    if is_valid {
        peer.try_send(&close(1000, "")).await?;
    } else if cell.client == Client::Slow {
        // It goes on when the server has shut down its side, and has to find somebody there who reads.
        sleep(LULL).await;
        peer.try_send(chunk).await?;
    }
    if cell.client == Client::HalfClosed {
        peer.stream.shutdown().await?;
    }
    Ok(replies)
}

async fn read<S: AsyncRead + AsyncWrite + Unpin>(
    cell: Cell,
    mut peer: RawPeer<S>,
    replies: usize,
) -> Outcome {
    let (frames, ending) = if cell.client == Client::Slow {
        let (bytes, ending) = read_slowly(&mut peer.stream).await;
        let mut read = RawPeer::new(tokio::io::join(bytes.as_slice(), tokio::io::sink()));
        (read.read_to_end().await.0, ending)
    } else {
        peer.read_to_end().await
    };
    let count = |opcodes: &[u8]| frames.iter().filter(|frame| opcodes.contains(&frame.opcode)).count();
    let code = told(&frames);
    let in_order = count(&[1, 2]) == replies && count(&[8]) == 1;
    Outcome { code, in_order, reset: ending == Ending::Reset }
}

/// Reads a little at a time.
async fn read_slowly(stream: &mut (impl AsyncRead + Unpin)) -> (Vec<u8>, Ending) {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 1000]);
    loop {
        sleep(Duration::from_millis(2)).await;
        match stream.read(&mut chunk).await {
            Ok(0) => return (bytes, Ending::Fin),
            Ok(read) => bytes.extend_from_slice(&chunk[..read]),
            Err(_) => return (bytes, Ending::Reset),
        }
    }
}
