//! File upload: JSON commands as text and chunks as binary on one endpoint, with progress sent back.
//!
//!     cargo run --release -p sockpact-examples --bin upload -- 127.0.0.1:3000
//!     websocat ws://127.0.0.1:3000
//!     {"type":"begin","name":"notes.txt","size":5}
//!
//! Then five bytes as a binary message (`websocat -b`, or `socket.send(blob)` in a browser). The file lands in a
//! folder of its own below the system's temporary folder; the service prints where.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};
use sockpact::{Bytes, CloseReason, Json, Server, endpoint};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

/// The largest file that is accepted, in bytes.
const MAX_FILE: u64 = 1 << 30;

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Command {
    Begin { name: String, size: u64 },
    Cancel,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Progress {
    Ready,
    Received { bytes: u64, of: u64 },
    Done { name: String },
    Cancelled,
}

#[derive(Debug, CloseReason)]
enum UploadError {
    #[close(4001, "send a begin command before the first chunk")]
    NotBegun,
    #[close(4002, "finish or cancel the file before the next one")]
    AlreadyBegun,
    #[close(4003, "the name must be a plain file name")]
    BadName,
    #[close(4004, "the size must be 1 byte to 1 GiB")]
    BadSize,
    #[close(4005, "more bytes than announced")]
    TooMany,
    #[close(4006, "a file of this name is there already")]
    NameTaken,
    #[close(1011, "the file could not be written")]
    Storage,
}

impl From<std::io::Error> for UploadError {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == ErrorKind::AlreadyExists {
            return Self::NameTaken;
        }
        say(format_args!("{error}"));
        Self::Storage
    }
}

/// Tells the operator. If nobody reads the log any more, `println!` would panic and fail the upload.
fn say(what: Arguments<'_>) {
    let _ = writeln!(std::io::stdout(), "upload: {what}");
}

/// One connection: at most one file at a time.
struct Upload {
    folder: PathBuf,
    current: Option<Current>,
}

struct Current {
    file: File,
    name: String,
    path: PathBuf,
    bytes: u64,
    of: u64,
}

#[endpoint(text, binary, max_text = "4 KiB", max_binary = "1 MiB", sends = Json<Progress>)]
impl Upload {
    #[on(text)]
    async fn command(&mut self, Json(command): Json<Command>) -> Result<Json<Progress>, UploadError> {
        match command {
            Command::Begin { .. } if self.current.is_some() => Err(UploadError::AlreadyBegun),
            Command::Begin { name, size } => {
                if !is_plain(&name) {
                    return Err(UploadError::BadName);
                }
                if !(1..=MAX_FILE).contains(&size) {
                    return Err(UploadError::BadSize);
                }
                tokio::fs::create_dir_all(&self.folder).await?;
                let path = self.folder.join(&name);
                let file = File::create_new(&path).await?;
                self.current = Some(Current { file, name, path, bytes: 0, of: size });
                Ok(Json(Progress::Ready))
            }
            Command::Cancel => {
                self.discard().await;
                Ok(Json(Progress::Cancelled))
            }
        }
    }

    #[on(binary)]
    async fn chunk(&mut self, chunk: Bytes) -> Result<Json<Progress>, UploadError> {
        let current = self.current.as_mut().ok_or(UploadError::NotBegun)?;
        current.bytes += chunk.len() as u64;
        if current.bytes > current.of {
            return Err(UploadError::TooMany);
        }
        current.file.write_all(&chunk).await?;
        if current.bytes < current.of {
            return Ok(Json(Progress::Received { bytes: current.bytes, of: current.of }));
        }
        current.file.flush().await?;
        say(format_args!("wrote {}", current.path.display()));
        let name = std::mem::take(&mut current.name);
        self.current = None;
        Ok(Json(Progress::Done { name }))
    }

    #[on(close)]
    async fn left(&mut self) {
        self.discard().await;
        // Only an empty folder can be removed.
        let _ = tokio::fs::remove_dir(&self.folder).await;
    }
}

impl Upload {
    /// Removes a file that was not finished.
    async fn discard(&mut self) {
        if let Some(current) = self.current.take() {
            let _ = tokio::fs::remove_file(current.path).await;
        }
    }
}

/// Whether a name stays within its folder. Windows has names of devices beside, such as `NUL`.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 128
        && !name.starts_with('.')
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' '))
}

/// Serves until Ctrl-C; each connection gets a folder of its own, since two peers may use the same name.
async fn run(address: &str) -> std::io::Result<()> {
    let root = std::env::temp_dir().join(format!("sockpact-upload-{}", std::process::id()));
    let server = Server::bind(address).await?;
    say(format_args!("listening on ws://{}, files go to {}", server.local_addr()?, root.display()));
    let connections = Arc::new(AtomicU64::new(0));
    let upload = move || {
        let number = connections.fetch_add(1, Ordering::Relaxed);
        Upload { folder: root.join(number.to_string()), current: None }
    };
    server.serve(upload).await
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).map(|a| a.to_string_lossy().into_owned()).collect();
    let address = match arguments.as_slice() {
        [] => "127.0.0.1:3000",
        [address] if !address.starts_with('-') => address,
        _ => {
            eprintln!("usage: upload [ADDRESS]");
            return ExitCode::FAILURE;
        }
    };
    match run(address).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let error = error.to_string();
            let address = if error.contains(address) { String::new() } else { format!("{address}: ") };
            eprintln!("upload: {address}{error}");
            ExitCode::FAILURE
        }
    }
}
