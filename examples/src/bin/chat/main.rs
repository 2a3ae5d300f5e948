//! Chat rooms over axum, with typed JSON both ways and a page to open in a browser.
//!
//!     cargo run --release -p sockpact-examples --bin chat -- 127.0.0.1:3000
//!
//! Then open http://127.0.0.1:3000/ in two windows, or join from a terminal:
//!
//!     websocat 'ws://127.0.0.1:3000/rooms/lobby?name=ann'
//!     {"type":"say","text":"hello"}

mod rooms;

use std::io::{Write, stdout};
use std::process::ExitCode;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, Response};
use axum::routing::{any, get};
use axum::{Router, serve};
use rooms::{Event, Place, Room, Rooms};
use serde::Deserialize;
use sockpact::{CloseReason, Json, Peer, Refusal, Shutdown, Upgrade, endpoint};
use sockpact_examples::stopped;
use tokio::net::TcpListener;

/// One person in one room.
struct Chat {
    room: Room,
    name: String,
    /// The person's place in the room, once the connection is open.
    place: Option<Place>,
}

/// What a browser sends.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Command {
    Say { text: String },
    Who,
}

/// Why a person is shown the door.
#[derive(CloseReason)]
enum ChatError {
    #[close(4000, "say something, or nothing at all")]
    Empty,
}

#[endpoint(text, max_text = "16 KiB", sends = Json<Event>)]
impl Chat {
    #[on(open)]
    async fn joined(&mut self, peer: &Peer<Json<Event>>) -> Json<Event> {
        self.place = Some(self.room.join(&self.name, &peer.sender()));
        Json(self.room.here())
    }

    #[on(text)]
    async fn command(&mut self, Json(command): Json<Command>) -> Result<Option<Json<Event>>, ChatError> {
        match command {
            Command::Say { text } if text.trim().is_empty() => Err(ChatError::Empty),
            Command::Say { text } => {
                self.room.tell(&Event::Said { name: self.name.clone(), text });
                Ok(None)
            }
            Command::Who => Ok(Some(Json(self.room.here()))),
        }
    }
}

#[derive(Deserialize)]
struct Person {
    name: String,
}

#[derive(Clone)]
struct App {
    rooms: Rooms,
    shutdown: Shutdown,
}

async fn enter(
    upgrade: Upgrade,
    Path(room): Path<String>,
    Query(Person { name }): Query<Person>,
    State(app): State<App>,
) -> Response {
    if name.trim().is_empty() {
        return upgrade.refuse(Refusal::new(StatusCode::BAD_REQUEST, "a name is needed"));
    }
    let chat = Chat { room: app.rooms.room(&room), name, place: None };
    upgrade.shutdown(&app.shutdown).serve(chat)
}

async fn run(address: &str) -> std::io::Result<()> {
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| std::io::Error::new(error.kind(), format!("cannot listen on {address}: {error}")))?;
    writeln!(stdout(), "chat: open http://{}/", listener.local_addr()?)?;
    let app = App { rooms: Rooms::default(), shutdown: Shutdown::new() };
    let shutdown = app.shutdown.clone();
    let router = Router::new()
        .route("/", get(|| async { Html(include_str!("page.html")) }))
        .route("/rooms/{room}", any(enter))
        .with_state(app);
    tokio::select! {
        served = async { serve(listener, router).await } => served,
        () = stopped() => {
            // Everybody gets 1001; axum itself does not know of upgraded connections.
            shutdown.begin();
            tokio::select! {
                () = shutdown.finished() => {}
                () = stopped() => {}
            }
            Ok(())
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).map(|a| a.to_string_lossy().into_owned()).collect();
    let address = match arguments.as_slice() {
        [] => "127.0.0.1:3000",
        [address] if !address.starts_with('-') => address,
        _ => {
            eprintln!("usage: chat [ADDRESS]");
            return ExitCode::FAILURE;
        }
    };
    match run(address).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chat: {error}");
            ExitCode::FAILURE
        }
    }
}
