//! `secure`: an endpoint behind TLS, with a certificate that is made for each test.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sockpact_tests::{RawPeer, binary, text};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::command_line::complaint;
use super::process::{Example, SECURE};
use super::{PATIENCE, address_in};

/// A certificate and its key in two files, which go with it.
struct Files {
    folder: PathBuf,
    certificate: String,
    key: String,
    trusted: RootCertStore,
}

impl Files {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name =
            format!("sockpact-secure-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder).unwrap();
        let path = |name| folder.join(name).to_str().unwrap().to_owned();
        let (certificate, key) = (path("certificate.pem"), path("key.pem"));
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        fs::write(&certificate, made.cert.pem()).unwrap();
        fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let mut trusted = RootCertStore::empty();
        trusted.add(made.cert.der().clone()).unwrap();
        Self { folder, certificate, key, trusted }
    }

    /// Starts the example on a free port, which it tells in its one line.
    fn start(&self) -> (Example, SocketAddr) {
        let example = Example::start(SECURE, &[&self.certificate, &self.key, "127.0.0.1:0"]);
        let line = example.line();
        assert!(line.starts_with("secure: listening on wss://"), "{line}");
        (example, address_in(&line))
    }

    async fn connect(&self, address: SocketAddr) -> RawPeer<TlsStream<TcpStream>> {
        let config =
            ClientConfig::builder().with_root_certificates(self.trusted.clone()).with_no_client_auth();
        let stream = TcpStream::connect(address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
        RawPeer::shake_hands(stream, "localhost", "/").await
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[tokio::test]
async fn it_shouts_and_its_codes_arrive_while_another_client_never_shakes_hands() {
    let files = Files::new();
    let (_secure, address) = files.start();
    let _silent = TcpStream::connect(address).await.unwrap();
    let talk = async {
        for (message, code) in [(binary("bytes"), 1003), (text(b"\xff"), 1007)] {
            let mut peer = files.connect(address).await;
            peer.send(&text("hello")).await;
            assert_eq!(peer.read_text().await, "HELLO");
            peer.send(&message).await;
            assert_eq!(peer.expect_close().await, code);
        }
    };
    // The silent one has 10 s.
    timeout(Duration::from_secs(8), talk).await.expect("nobody waits for the silent one");
}

#[tokio::test]
async fn who_speaks_no_tls_is_given_up() {
    let files = Files::new();
    let (_secure, address) = files.start();
    let answer = timeout(PATIENCE, async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        answer
    });
    let answer = answer.await.expect("an end");
    assert!(!answer.starts_with(b"HTTP"), "{}", answer.escape_ascii());
}

#[tokio::test]
async fn a_signal_ends_it_well() {
    for signal in ["INT", "TERM"] {
        let files = Files::new();
        let (secure, address) = files.start();
        let mut peer = files.connect(address).await;
        secure.signal(signal);
        assert_eq!(peer.expect_close().await, 1001);
        drop(peer);
        secure.expect_quiet_end();
    }
}

#[test]
fn files_that_hold_no_certificate_or_no_key_are_named() {
    let files = Files::new();
    let (certificate, key) = (files.certificate.as_str(), files.key.as_str());
    let other = Files::new();
    for (arguments, named) in [
        ([certificate, "/nowhere/key.pem"], "/nowhere/key.pem"),
        (["/nowhere/certificate.pem", key], "/nowhere/certificate.pem"),
        ([certificate, certificate], certificate),
        ([key, key], key),
        ([certificate, &other.key], certificate),
    ] {
        let line = complaint(SECURE, &arguments);
        assert!(line.starts_with(&format!("secure: {named}: ")), "{arguments:?}: {line}");
    }
    assert_eq!(complaint(SECURE, &["one"]), "secure: usage: secure CERTIFICATE KEY [ADDRESS]");
}
