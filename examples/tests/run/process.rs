//! An example as a process, which ends with its test at the latest.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use super::PATIENCE;

pub(crate) const CHAT: &str = env!("CARGO_BIN_EXE_chat");
pub(crate) const ECHO: &str = env!("CARGO_BIN_EXE_echo");
pub(crate) const HELLO: &str = env!("CARGO_BIN_EXE_hello");
pub(crate) const SECURE: &str = env!("CARGO_BIN_EXE_secure");
pub(crate) const UPLOAD: &str = env!("CARGO_BIN_EXE_upload");

/// An example that was started; it is killed when this is dropped.
pub(crate) struct Example {
    child: Child,
    output: Receiver<String>,
    errors: Receiver<String>,
}

/// How an example ended: its exit code, unless a signal ended it, and the lines that nobody had read.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) output: Vec<String>,
    pub(crate) errors: Vec<String>,
}

impl Example {
    pub(crate) fn start(program: &str, arguments: &[impl AsRef<OsStr>]) -> Self {
        Self::start_command(Command::new(program).args(arguments))
    }

    pub(crate) fn start_command(command: &mut Command) -> Self {
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let output = lines(child.stdout.take().unwrap());
        let errors = lines(child.stderr.take().unwrap());
        Self { child, output, errors }
    }

    /// The next line that it prints.
    pub(crate) fn line(&self) -> String {
        self.output.recv_timeout(PATIENCE).expect("a line of output")
    }

    /// Sends a signal, `INT` or `TERM`, to this process alone.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Ended {
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < PATIENCE, "it ends");
            thread::sleep(Duration::from_millis(10));
        };
        Ended {
            code: status.code(),
            output: self.output.iter().collect(),
            errors: self.errors.iter().collect(),
        }
    }

    /// Waits for an end that was asked for.
    pub(crate) fn expect_quiet_end(self) {
        self.end().expect_quiet();
    }
}

impl Ended {
    /// It ended with success, and without another word.
    pub(crate) fn expect_quiet(&self) {
        assert_eq!(self.code, Some(0), "{self:?}");
        assert!(self.output.is_empty() && self.errors.is_empty(), "{self:?}");
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads line by line in a thread of its own, which ends with the stream.
fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines() {
            if send.send(line.unwrap()).is_err() {
                return;
            }
        }
    });
    receive
}
