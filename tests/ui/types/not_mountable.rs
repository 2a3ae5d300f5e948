//! What is no endpoint, at each way in.
#![allow(unused)]
use sockpact::{Server, Upgrade, endpoint, service};

#[derive(Clone)]
struct Chat;

async fn shout(line: String) -> String {
    line
}

struct NotCloned;

#[endpoint(text)]
impl NotCloned {
    #[on(text)]
    async fn said(&mut self, line: String) {}
}

async fn upgraded(upgrade: Upgrade) {
    upgrade.serve(Chat);
}

fn routed(server: Server) -> Server {
    server.route("/", Chat)
}

fn main() {
    let _ = service(Chat);
    let _ = service(shout);
    let _ = service(NotCloned);
}
