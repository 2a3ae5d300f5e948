//! A function endpoint: mounted by its name, which is a function's name and no more.
#![deny(warnings, missing_docs, clippy::pedantic, clippy::nursery)]

use sockpact::{IntoEndpoint, Peer, endpoint};

mod shout {
    pub const MARK: &str = "!";
}

/// Shouts.
#[endpoint(text)]
async fn shout(line: String) -> String {
    line.to_uppercase() + shout::MARK
}

/// Documented, as a public endpoint has to be.
#[endpoint(text, max_text = 1024, sends = String)]
pub async fn whisper(line: String, peer: &Peer<String>) -> Result<Option<String>, std::fmt::Error> {
    if peer.is_closed() { Ok(None) } else { Ok(Some(line.to_lowercase())) }
}

fn mount<Way>(endpoint: impl IntoEndpoint<Way>) {
    let endpoint = endpoint.into_endpoint();
    drop(endpoint);
}

fn main() {
    mount(shout);
    mount(shout());
    mount(whisper);
    let shout = |whisper: u8| whisper;
    assert_eq!(shout(1), 1);

    #[endpoint(text)]
    async fn local(line: String) -> String {
        line
    }
    mount(local);
}
