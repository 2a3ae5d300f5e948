//! sockpact: what one client says goes to all of them, through a `Sender` each.

use std::io::Result;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use sockpact::{Peer, Sender, Server, Text, endpoint};
use sockpact_bench_servers::{announce, run};

#[derive(Clone, Default)]
struct Room {
    members: Arc<Mutex<Vec<Sender<Text>>>>,
}

#[endpoint(text, sends = Text)]
impl Room {
    #[on(open)]
    async fn joined(&mut self, peer: &Peer<Text>) {
        self.members.lock().unwrap_or_else(PoisonError::into_inner).push(peer.sender());
    }

    #[on(text)]
    async fn said(&mut self, text: Text) {
        // Whoever is gone, or has an outbox that is full, is let go.
        let mut members = self.members.lock().unwrap_or_else(PoisonError::into_inner);
        members.retain(|member| member.try_send(text.clone()).is_ok());
    }
}

async fn serve() -> Result<()> {
    let server = Server::bind("127.0.0.1:0").await?;
    announce(server.local_addr())?;
    server.route("/broadcast", Room::default()).run().await
}

fn main() -> ExitCode {
    run(serve())
}
