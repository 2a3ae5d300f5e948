//! Random schedules: whatever a peer sends and reads, and whenever, replies are in order, nothing comes behind the
//! Close, the connection ends, and the close handler runs once.
//!
//! A seed gives the same schedule each time: the clock is paused, and there is one thread.

use std::time::Duration;

use sockpact::{CloseCode, CloseReason, Config, Overflow, Peer, endpoint, serve_stream};
use sockpact_tests::{Frame, RawPeer, binary, close, ping, text};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, DuplexStream, WriteHalf, duplex, split};
use tokio::task::yield_now;
use tokio::time::{sleep, timeout};

use crate::support::{Count, comes, ended};

const SEEDS: u64 = 100;

/// Numbers that look random and are the same for the same seed: SplitMix64. For these tests alone.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// Does what each message says, which is a number and a word.
///
/// What it sends is the number of the message and its place among what was sent for that; what a task of its own
/// sends comes at any time.
#[derive(Clone, Default)]
struct Actor {
    opened: Count,
    handled: usize,
    /// Messages that were not the next. Counted, since a panic here would be one that was asked for.
    out_of_order: Count,
    closed: Count,
}

#[derive(Debug, CloseReason)]
enum Failed {
    #[close(4000, "as asked")]
    AsAsked,
}

/// What follows all that a handler sends by itself: the place of its reply.
const LAST: usize = 1000;

#[endpoint(text)]
impl Actor {
    #[on(open)]
    async fn opened(&mut self) {
        self.opened.add();
    }

    #[on(text)]
    async fn text(&mut self, line: String, peer: &Peer) -> Result<Vec<String>, Failed> {
        let (number, word) = line.split_once(' ').unwrap();
        if number != self.handled.to_string() {
            self.out_of_order.add();
        }
        self.handled += 1;
        let reply = format!("{number} {LAST}");
        match word {
            "sleep" => sleep(Duration::from_secs(3)).await,
            "yield" => yield_now().await,
            "send" => send(peer, number, 3, 10).await,
            "flood" => send(peer, number, 400, 1000).await,
            "task" => {
                let sender = peer.sender();
                tokio::spawn(async move {
                    for _ in 0..50 {
                        let _ = sender.send("task".into()).await;
                    }
                });
            }
            "large" => return Ok(vec![format!("{number} 0 {}", "x".repeat(100_000)), reply]),
            "close" => peer.close(CloseCode::new(4001).unwrap(), ""),
            "fail" => return Err(Failed::AsAsked),
            "panic" => panic!("as asked"),
            "for ever" => std::future::pending().await,
            _ => {}
        }
        Ok(vec![reply])
    }

    #[on(close)]
    async fn closed(&mut self) {
        self.closed.add();
    }
}

async fn send(peer: &Peer, number: &str, messages: usize, size: usize) {
    for place in 0..messages {
        // It may be closed meanwhile.
        let _ = peer.send(format!("{number} {place} {}", "x".repeat(size)).into()).await;
    }
}

/// Writes what the dice say, with pauses, until something ends that.
async fn write(dice: &mut Dice, mut stream: WriteHalf<DuplexStream>) -> WriteHalf<DuplexStream> {
    const WORDS: [&str; 12] = ["", "", "", "", "", "", "yield", "send", "task", "large", "sleep", "flood"];
    const ENDS: [&str; 4] = ["close", "fail", "panic", "for ever"];
    // A peer that is not answered gives up, and lets go at last.
    const PATIENCE: Duration = Duration::from_secs(60);
    let mut number = 0;
    let mut message = |word| {
        number += 1;
        text(format!("{} {word}", number - 1))
    };
    for _ in 0..dice.below(80) {
        let (bytes, last) = match dice.below(60) {
            0 => (close(1000, ""), true),
            1 => (binary("x"), true),
            2 => (ping("x"), false),
            3 => (message(dice.pick(&ENDS)), false),
            _ => (message(dice.pick(&WORDS)), false),
        };
        let written = timeout(PATIENCE, stream.write_all(&bytes)).await;
        if last || !matches!(written, Ok(Ok(()))) {
            return stream;
        }
        if dice.below(5) == 0 {
            sleep(Duration::from_millis(dice.below(2000) as u64)).await;
        }
    }
    match dice.below(3) {
        0 => drop(stream.shutdown().await),
        1 => drop(timeout(PATIENCE, stream.write_all(&close(1001, ""))).await),
        _ => {}
    }
    stream
}

/// How a peer reads.
#[derive(Clone, Copy)]
enum Reader {
    Fast,
    Slow,
    Late,
}

/// Reads to the end, however that comes.
async fn read(reader: Reader, mut stream: impl AsyncRead + Unpin) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut chunk = vec![0; if matches!(reader, Reader::Slow) { 700 } else { 1 << 16 }];
    if matches!(reader, Reader::Late) {
        sleep(Duration::from_secs(200)).await;
    }
    loop {
        if matches!(reader, Reader::Slow) {
            sleep(Duration::from_millis(100)).await;
        }
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return bytes,
            Ok(read) => bytes.extend_from_slice(&chunk[..read]),
        }
    }
}

/// The whole frames in these bytes; the last may be cut off where the connection was.
async fn frames(bytes: &[u8]) -> Vec<Frame> {
    RawPeer::new(tokio::io::join(bytes, tokio::io::sink())).read_to_end().await.0
}

fn check(frames: &[Frame]) {
    let close = frames.iter().position(|frame| frame.opcode == 8);
    assert!(close.is_none_or(|close| close + 1 == frames.len()), "something comes behind the Close");
    let places = frames.iter().filter(|frame| frame.opcode == 1 && frame.payload != b"task").map(|frame| {
        let line = std::str::from_utf8(&frame.payload).unwrap();
        let mut numbers = line.split(' ').map(|number| number.parse::<usize>().unwrap_or_default());
        (numbers.next().unwrap(), numbers.next().unwrap())
    });
    assert!(places.is_sorted_by(|before, after| before < after), "the replies are out of order");
}

async fn run(dice: &mut Dice) {
    let (ours, theirs) = duplex(dice.pick(&[16, 300, 5000, 1 << 17]));
    let actor = Actor::default();
    let Actor { opened, out_of_order, closed, .. } = actor.clone();
    let overflow = dice.pick(&[Overflow::Wait, Overflow::Wait, Overflow::Wait, Overflow::Close]);
    let served = tokio::spawn(serve_stream(ours, actor, Config::default().overflow(overflow)));
    let (reading, writing) = split(theirs);
    let reader = dice.pick(&[Reader::Fast, Reader::Fast, Reader::Fast, Reader::Slow, Reader::Late]);
    let reader = tokio::spawn(read(reader, reading));
    let writing = write(dice, writing).await;
    ended(served).await;
    assert_eq!((opened.get(), closed.get()), (1, 1), "the open and the close handler run once");
    assert_eq!(out_of_order.get(), 0, "messages are handled in order");
    drop(writing);
    check(&frames(&comes(reader).await.unwrap()).await);
}

#[test]
fn random_schedules() {
    for seed in 0..SEEDS {
        // Shown when something fails.
        println!("seed {seed}");
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().unwrap();
        runtime.block_on(run(&mut Dice(seed)));
    }
}
