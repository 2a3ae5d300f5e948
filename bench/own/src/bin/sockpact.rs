//! sockpact through its own server, with the default configuration.

use std::io::Result;
use std::process::ExitCode;

use sockpact::{Json, Message, Server, endpoint};
use sockpact_bench_servers::{Entry, announce, run};

#[endpoint(text, binary, max_text = "4 MiB", max_binary = "4 MiB")]
async fn both(message: Message) -> Message {
    message
}

#[endpoint(text)]
async fn json(entry: Json<Entry<String>>) -> Json<Entry<String>> {
    entry
}

async fn serve() -> Result<()> {
    let server = Server::bind("127.0.0.1:0").await?;
    announce(server.local_addr())?;
    server.route("/both", both).route("/json", json).run().await
}

fn main() -> ExitCode {
    run(serve())
}
