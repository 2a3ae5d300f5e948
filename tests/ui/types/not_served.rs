//! What is no endpoint, given to a whole server.
#![allow(unused)]
use sockpact::{Server, endpoint, serve};

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

async fn alone() -> std::io::Result<()> {
    serve("127.0.0.1:0", Chat).await
}

async fn function() {
    serve("127.0.0.1:0", shout).await.unwrap();
}

async fn not_cloned(server: Server) {
    server.serve(NotCloned).await.unwrap();
}

fn main() {}
