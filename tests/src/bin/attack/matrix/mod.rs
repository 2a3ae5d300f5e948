//! Every cell of what is declared, sent, wrong with it, and done meanwhile: the code that arrives, run after run.

mod cell;
mod client;
mod service;

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::sleep;

use crate::report::{Report, print};
use cell::{Cell, Client, Transport};
use client::Outcome;
use service::Addresses;

/// How a cell went.
#[derive(Clone, Copy, Default)]
struct Score {
    runs: u64,
    /// The right code, behind the replies to what was in order.
    right: u64,
    resets: u64,
}

pub(crate) async fn run(report: &mut Report, runs: u64, parallel: u64, seconds: u64) -> io::Result<()> {
    let addresses = Arc::new(service::start().await?);
    let cells = cell::all();
    let mut scores = vec![Score::default(); cells.len()];
    let tasks = Handle::current().metrics().num_alive_tasks();
    let begun = Instant::now();
    // Those that mostly wait keep nobody from working.
    let [working, waiting] = [(); 2].map(|()| Arc::new(Semaphore::new(parallel as usize)));
    let (give, mut take) = mpsc::unbounded_channel();
    // Round by round, so that each cell has had as many runs when the time is over.
    'rounds: for _ in 0..runs {
        for (number, &cell) in cells.iter().enumerate() {
            let permits = if cell.client == Client::Slow { &waiting } else { &working };
            let permit = Arc::clone(permits).acquire_owned().await.map_err(io::Error::other)?;
            if begun.elapsed() >= Duration::from_secs(seconds) {
                break 'rounds;
            }
            let (give, addresses) = (give.clone(), Arc::clone(&addresses));
            tokio::spawn(async move {
                // A panic of the peer, such as for something that does not come, is a run that went wrong.
                let outcome = tokio::spawn(async move { once(cell, &addresses).await }).await;
                let _ = give.send((number, outcome.ok().and_then(Result::ok)));
                drop(permit);
            });
            while let Ok((number, outcome)) = take.try_recv() {
                scores[number].count(cells[number], outcome);
            }
        }
    }
    drop(give);
    while let Some((number, outcome)) = take.recv().await {
        scores[number].count(cells[number], outcome);
    }
    let took = begun.elapsed();
    let left = left_over(tasks).await;
    table(&cells, &scores);
    summary(report, &scores, runs, took, left);
    Ok(())
}

async fn once(cell: Cell, addresses: &Addresses) -> io::Result<Outcome> {
    let buffer = client::receive_buffer(cell.client);
    Ok(match cell.transport {
        Transport::Plain => client::run(cell, addresses.plain(&cell.path(), buffer).await?).await,
        Transport::Tls => client::run(cell, addresses.tls(cell.declared, buffer).await?).await,
    })
}

impl Score {
    fn count(&mut self, cell: Cell, outcome: Option<Outcome>) {
        self.runs += 1;
        let Some(outcome) = outcome else { return };
        self.right += u64::from(outcome.code == Some(cell.code()) && outcome.in_order);
        self.resets += u64::from(outcome.reset);
    }
}

/// How many tasks are left of the connections after 5 s.
async fn left_over(before: usize) -> usize {
    let metrics = Handle::current().metrics();
    let begun = Instant::now();
    while metrics.num_alive_tasks() > before && begun.elapsed() < Duration::from_secs(5) {
        sleep(Duration::from_millis(10)).await;
    }
    metrics.num_alive_tasks().saturating_sub(before)
}

/// Right codes of runs, a row for each kind of message and a column for each client; `!` where one was reset.
fn table(cells: &[Cell], scores: &[Score]) {
    let columns = Client::ALL.len();
    let clients: Vec<_> = Client::ALL.iter().map(|client| format!("{client:>12}")).collect();
    print(&format!(
        "{:<8} {:<6} {:<11} {:<13} {:<5} code{}",
        "declared",
        "sent",
        "",
        "",
        "",
        clients.concat()
    ));
    for (cells, scores) in cells.chunks(columns).zip(scores.chunks(columns)) {
        let scores = scores.iter().map(|score| {
            let reset = if score.resets > 0 { "!" } else { "" };
            format!("{:>12}", format!("{reset}{}/{}", score.right, score.runs))
        });
        print(&format!("{}{}", cells[0].row(), scores.collect::<String>()));
    }
}

fn summary(report: &mut Report, scores: &[Score], runs: u64, took: Duration, left: usize) {
    let sum = |of: fn(&Score) -> u64| scores.iter().map(of).sum::<u64>();
    let fewest = scores.iter().map(|score| score.runs).min().unwrap_or(0);
    report
        .note("cells, runs, time", format_args!("{}, {}, {took:.1?}", scores.len(), sum(|score| score.runs)));
    report.exactly("runs of each cell", fewest, runs);
    report.exactly("right codes", sum(|score| score.right), sum(|score| score.runs));
    report.exactly("RSTs that a client saw", sum(|score| score.resets), 0);
    report.exactly("tasks left", left, 0);
}
