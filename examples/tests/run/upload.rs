//! `upload`: files arrive whole, and what is not finished leaves nothing behind.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sockpact_tests::{RawPeer, binary, close, header, text};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::process::{Example, UPLOAD};
use super::{PATIENCE, address_in};

const READY: &str = r#"{"type":"ready"}"#;
const BEGIN: &str = r#"{"type":"begin","name":"notes.txt","size":10}"#;
const CANCEL: &str = r#"{"type":"cancel"}"#;

/// The service, with a temporary folder of its own, which is removed with it.
struct Upload {
    example: Example,
    address: SocketAddr,
    /// Where it says that the files go.
    root: PathBuf,
    temporary: PathBuf,
}

impl Upload {
    fn start() -> Self {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let temporary = std::env::temp_dir().join(format!("sockpact-run-{}-{number}", std::process::id()));
        fs::create_dir(&temporary).unwrap();
        let example =
            Example::start_command(Command::new(UPLOAD).arg("127.0.0.1:0").env("TMPDIR", &temporary));
        let line = example.line();
        let (listening, root) = line.split_once(", files go to ").expect(&line);
        assert!(Path::new(root).starts_with(&temporary), "{line}");
        Self { address: address_in(listening), root: root.into(), example, temporary }
    }

    async fn connect(&self) -> RawPeer<TcpStream> {
        RawPeer::connect(self.address, "/").await
    }

    /// Where a file is, which the peer hears is done, and the operator where.
    fn done(&self, message: &str, name: &str) -> PathBuf {
        assert_eq!(message, format!(r#"{{"type":"done","name":"{name}"}}"#));
        let line = self.example.line();
        let path = line.strip_prefix("upload: wrote ").expect(&line);
        assert_eq!(Path::new(path).file_name().unwrap(), name);
        path.into()
    }

    /// Waits until these files are there and no others.
    async fn expect_files(&self, expected: &[&Path]) {
        let there = async {
            while files(&self.root) != expected {
                sleep(Duration::from_millis(10)).await;
            }
        };
        let seen = timeout(PATIENCE, there).await;
        assert!(seen.is_ok(), "{expected:?}, and not {:?}", files(&self.root));
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.temporary);
    }
}

/// The files below a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

async fn exchange(peer: &mut RawPeer<TcpStream>, message: &[u8]) -> String {
    peer.send(message).await;
    peer.read_text().await
}

#[tokio::test]
async fn the_bytes_of_a_file_are_on_the_disk() {
    let upload = Upload::start();
    let bytes: Vec<u8> = (0..2_500_000_u32).map(|number| (number % 251) as u8).collect();
    let mut peer = upload.connect().await;
    let begin = format!(r#"{{"type":"begin","name":"large file.bin","size":{}}}"#, bytes.len());
    assert_eq!(exchange(&mut peer, &text(begin)).await, READY);
    for sent in [1_000_000, 2_000_000] {
        let progress = exchange(&mut peer, &binary(&bytes[sent - 1_000_000..sent])).await;
        assert_eq!(progress, format!(r#"{{"type":"received","bytes":{sent},"of":2500000}}"#));
    }
    let large = upload.done(&exchange(&mut peer, &binary(&bytes[2_000_000..])).await, "large file.bin");
    assert!(fs::read(&large).unwrap() == bytes);

    // Another one on the same connection, and one of the same name on another.
    let mut small = Vec::new();
    let mut other = upload.connect().await;
    for (peer, content) in [(&mut peer, "0123456789"), (&mut other, "abcdefghij")] {
        assert_eq!(exchange(peer, &text(BEGIN)).await, READY);
        small.push(upload.done(&exchange(peer, &binary(content)).await, "notes.txt"));
        assert_eq!(fs::read_to_string(&small[small.len() - 1]).unwrap(), content);
    }
    assert_eq!(fs::read_to_string(&small[0]).unwrap(), "0123456789");
    // The same name again would destroy what is finished.
    peer.send(&text(BEGIN)).await;
    assert_eq!(peer.expect_close().await, 4006);
    upload.expect_files(&[&large, &small[0], &small[1]]).await;
}

#[tokio::test]
async fn every_mistake_has_its_code_and_leaves_no_file() {
    let upload = Upload::start();
    let begin = |name: &str, size: u64| text(format!(r#"{{"type":"begin","name":"{name}","size":{size}}}"#));
    let half = [text(BEGIN), binary("01234")].concat();
    let mut mistakes = vec![
        (binary("01234"), 4001),
        ([text(BEGIN), text(CANCEL), binary("01234")].concat(), 4001),
        ([half.clone(), text(BEGIN)].concat(), 4002),
        (begin("notes.txt", 0), 4004),
        (begin("notes.txt", (1 << 30) + 1), 4004),
        ([half.clone(), binary("567890")].concat(), 4005),
        ([half.clone(), text("no JSON")].concat(), 1007),
        ([half.clone(), text("\u{e4}".repeat(2049))].concat(), 1009),
        ([half, header(0x82, (1 << 20) + 1)].concat(), 1009),
    ];
    let long = "x".repeat(129);
    let names =
        ["", ".", "..", ".hidden", "../notes.txt", "/etc/notes", "a/b", r"a\\b", "a:b", "a\\u0000b", &long];
    mistakes.extend(names.map(|name| (begin(name, 10), 4003)));
    for (number, (mistake, code)) in mistakes.into_iter().enumerate() {
        let mut peer = upload.connect().await;
        peer.send(&mistake).await;
        assert_eq!(peer.expect_close().await, code, "mistake {number}");
        drop(peer);
        upload.expect_files(&[]).await;
    }
}

#[tokio::test]
async fn what_is_not_finished_is_removed() {
    let upload = Upload::start();
    let mut peer = upload.connect().await;
    for _ in 0..2 {
        assert_eq!(exchange(&mut peer, &text(BEGIN)).await, READY);
        let progress = exchange(&mut peer, &binary("01234")).await;
        assert_eq!(progress, r#"{"type":"received","bytes":5,"of":10}"#);
        assert_eq!(files(&upload.root).len(), 1);
        assert_eq!(exchange(&mut peer, &text(CANCEL)).await, r#"{"type":"cancelled"}"#);
        upload.expect_files(&[]).await;
    }
    // Gone without a Close.
    assert_eq!(exchange(&mut peer, &text(BEGIN)).await, READY);
    assert_eq!(files(&upload.root).len(), 1);
    drop(peer);
    upload.expect_files(&[]).await;
    // Closed by the end of the service.
    let mut peer = upload.connect().await;
    assert_eq!(exchange(&mut peer, &text(BEGIN)).await, READY);
    upload.example.signal("INT");
    assert_eq!(peer.read_frame().await.unwrap().close().map(|(code, _)| code), Some(1001));
    peer.send(&close(1001, "")).await;
    drop(peer);
    upload.expect_files(&[]).await;
}
