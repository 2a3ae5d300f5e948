//! Futures of sockpact that are dropped at any moment: what a send returned for arrives, what was cancelled does not,
//! and the peer reads nothing but whole frames.

use std::future::{pending, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use sockpact::{CloseCode, Config, Message, Peer, Sender, endpoint, serve_stream};
use sockpact_tests::{RawPeer, close, text};
use tokio::io::{AsyncReadExt, DuplexStream, duplex, split};
use tokio::sync::oneshot;
use tokio::task::yield_now;

use crate::report::Report;

const SENDERS: usize = 3;
/// Sends of each sender of one connection.
const SENDS: usize = 200;

/// Numbers that look random and are the same each time: SplitMix64.
#[derive(Clone)]
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}

/// Polls a future so many times, and then drops it.
async fn cancelled<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..polls {
        if let Poll::Ready(output) = poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await {
            return Some(output);
        }
        yield_now().await;
    }
    None
}

/// Gives its sender away, and never comes to the end of a message.
struct Stuck(Option<oneshot::Sender<Sender<Message>>>);

#[endpoint(text)]
impl Stuck {
    #[on(open)]
    async fn opened(&mut self, peer: &Peer) {
        if let Some(give) = self.0.take() {
            let _ = give.send(peer.sender());
        }
    }

    #[on(text)]
    async fn text(&mut self, _: String) {
        pending::<()>().await;
    }
}

/// What the senders of one connection did.
#[derive(Default)]
struct Sent {
    /// What `send` returned `Ok` for, in each sender's order.
    accepted: Vec<Vec<String>>,
    cancelled: usize,
}

async fn send(sender: Sender<Message>, who: usize, mut dice: Dice, sent: Arc<Mutex<Sent>>) {
    for number in 0..SENDS {
        let line = format!("{who} {number} {}", "x".repeat(dice.below(3000)));
        // Beside it another wait, which is cancelled too.
        let _ = cancelled(sender.closed(), dice.below(2)).await;
        let result = cancelled(sender.send(line.clone().into()), dice.below(4)).await;
        let mut sent = sent.lock().expect("no panic");
        match result {
            Some(Ok(())) => sent.accepted[who].push(line),
            Some(Err(_)) => return,
            None => sent.cancelled += 1,
        }
    }
}

/// How a connection ends.
#[derive(Clone, Copy, PartialEq)]
enum End {
    /// A sender closes it.
    Close,
    /// The peer closes it, while a handler runs that is dropped for that.
    Peer,
    /// Its future is dropped: no Close, and the last frame may be cut off.
    Drop,
}

/// Everything that a peer reads, at its own pace.
async fn read(mut stream: impl tokio::io::AsyncRead + Unpin, mut dice: Dice) -> Vec<u8> {
    let (mut bytes, mut chunk) = (Vec::new(), vec![0; 1 + dice.below(8000)]);
    while let Ok(read @ 1..) = stream.read(&mut chunk).await {
        bytes.extend_from_slice(&chunk[..read]);
        for _ in 0..dice.below(3) {
            yield_now().await;
        }
    }
    bytes
}

/// One connection; how many sends were cancelled, or what is wrong.
async fn connection(mut dice: Dice) -> Result<usize, String> {
    let (ours, theirs): (DuplexStream, _) = duplex(1 + dice.below(20_000));
    let (give, take) = oneshot::channel();
    let config = Config::default()
        .outbox_messages(1 + dice.below(8))
        .closing_handshake(std::time::Duration::from_millis(50))
        .linger_silence(std::time::Duration::from_millis(50));
    let served = tokio::spawn(serve_stream(ours, Stuck(Some(give)), config));
    let (reading, mut writing) = split(theirs);
    let reading = tokio::spawn(read(reading, dice.clone()));
    let sender = take.await.map_err(|error| error.to_string())?;
    let end = [End::Close, End::Peer, End::Drop][dice.below(3)];
    if end == End::Peer {
        tokio::io::AsyncWriteExt::write_all(&mut writing, &text(""))
            .await
            .map_err(|error| error.to_string())?;
    }

    let sent = Arc::new(Mutex::new(Sent { accepted: vec![Vec::new(); SENDERS], cancelled: 0 }));
    let tasks: Vec<_> = (0..SENDERS)
        .map(|who| {
            let dice = Dice(dice.0 ^ who as u64);
            tokio::spawn(send(sender.clone(), who, dice, Arc::clone(&sent)))
        })
        .collect();
    if end == End::Drop {
        for _ in 0..dice.below(2000) {
            yield_now().await;
        }
        served.abort();
    }
    for task in tasks {
        task.await.map_err(|error| error.to_string())?;
    }
    match end {
        End::Close => sender.close(CloseCode::new(4000).expect("a code"), "done"),
        End::Peer => {
            let bytes = close(4000, "");
            tokio::io::AsyncWriteExt::write_all(&mut writing, &bytes)
                .await
                .map_err(|error| error.to_string())?;
        }
        End::Drop => {}
    }
    let _ = served.await;
    drop(writing);
    let bytes = reading.await.map_err(|error| error.to_string())?;
    let sent =
        Arc::into_inner(sent).ok_or("a sender lives")?.into_inner().map_err(|error| error.to_string())?;
    check(end, &bytes, &sent).await.map(|()| sent.cancelled)
}

async fn check(end: End, bytes: &[u8], sent: &Sent) -> Result<(), String> {
    let (frames, _) = RawPeer::new(tokio::io::join(bytes, tokio::io::sink())).read_to_end().await;
    let mut arrived = vec![Vec::new(); SENDERS];
    let mut closes = Vec::new();
    for frame in &frames {
        match (frame.opcode, frame.close()) {
            (8, close) => closes.push(close.map(|(code, _)| code)),
            (1, _) => {
                let line = String::from_utf8(frame.payload.clone()).map_err(|_| "a frame that is no text")?;
                let who: usize =
                    line.split(' ').next().and_then(|who| who.parse().ok()).ok_or("no sender")?;
                arrived.get_mut(who).ok_or("no such sender")?.push(line);
            }
            _ => return Err(format!("a frame with opcode {}", frame.opcode)),
        }
    }
    for (arrived, accepted) in arrived.iter().zip(&sent.accepted) {
        let whole = if end == End::Drop { accepted.starts_with(arrived) } else { accepted == arrived };
        if !whole {
            return Err(format!("{} accepted, {} arrived, or others", accepted.len(), arrived.len()));
        }
    }
    let wanted: &[Option<u16>] = if end == End::Drop { &[] } else { &[Some(4000)] };
    if closes != wanted { Err(format!("{closes:?} as closes")) } else { Ok(()) }
}

pub(crate) async fn run(report: &mut Report, times: u64) -> io::Result<()> {
    let (mut all, mut connections, mut wrong) = (0, 0, 0);
    while all < times as usize {
        // A few at once, on both threads.
        let running: Vec<_> =
            (0..20).map(|more| tokio::spawn(connection(Dice(connections + more)))).collect();
        for (more, one) in running.into_iter().enumerate() {
            match one.await.map_err(io::Error::other)? {
                Ok(cancelled) => all += cancelled,
                Err(what) => {
                    wrong += 1;
                    report.note(&format!("connection {}", connections + more as u64), what);
                }
            }
        }
        connections += 20;
    }
    report.note("sends and waits cancelled, connections", format_args!("{all}, {connections}"));
    report.exactly("connections with another frame than was accepted, or without one that was", wrong, 0);
    Ok(())
}
