//! Command lines that cannot work: one line on stderr that says why, a failure, and no panic.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::net::TcpListener;
use std::os::unix::ffi::OsStringExt;
use std::process::Command;

use super::process::{CHAT, ECHO, Example, UPLOAD};

const EXAMPLES: [(&str, &str); 3] = [("echo", ECHO), ("chat", CHAT), ("upload", UPLOAD)];

/// The one line on stderr of an example that has to fail before it does anything.
pub(crate) fn complaint<A: AsRef<OsStr> + std::fmt::Debug>(program: &str, arguments: &[A]) -> String {
    let ended = Example::start(program, arguments).end();
    assert_eq!(ended.code, Some(1), "{arguments:?}: {ended:?}");
    assert!(ended.output.is_empty(), "{arguments:?}: {ended:?}");
    let [line] = ended.errors.as_slice() else { panic!("{arguments:?}: one line, and not {ended:?}") };
    assert!(!line.contains("panicked"), "{line}");
    line.clone()
}

#[test]
fn a_wrong_option_of_echo_is_named() {
    for (arguments, expected) in [
        (&[] as &[&str], "usage: echo ADDRESS [--threads N] [--max-message BYTES]"),
        (&["127.0.0.1:0", "--port", "80"], "unknown option --port; usage: "),
        (&["--help"], "unknown option --help; usage: "),
        (&["127.0.0.1:0", "127.0.0.1:0"], "one address is enough; usage: "),
        (&["127.0.0.1:0", "--threads"], "--threads needs a number above 0"),
        (&["127.0.0.1:0", "--threads", "0"], "--threads needs a number above 0"),
        (&["127.0.0.1:0", "--max-message", "big"], "--max-message needs a number above 0"),
        (&["127.0.0.1:0", "--max-message", "-1"], "--max-message needs a number above 0"),
    ] {
        let line = complaint(ECHO, arguments);
        assert!(line.starts_with(&format!("echo: {expected}")), "{arguments:?}: {line}");
    }
}

#[test]
fn whoever_takes_an_address_alone_says_so() {
    for (name, program) in [("chat", CHAT), ("upload", UPLOAD)] {
        for arguments in [&["--help"] as &[&str], &["127.0.0.1:0", "127.0.0.1:0"], &["127.0.0.1:0", "--x"]] {
            let line = complaint(program, arguments);
            assert!(line.contains(&format!("usage: {name} [ADDRESS]")), "{arguments:?}: {line}");
        }
    }
}

#[test]
fn an_address_that_does_not_parse_is_a_failure() {
    for (name, program) in EXAMPLES {
        for address in ["nonsense", "127.0.0.1", "127.0.0.1:99999", ""] {
            let line = complaint(program, &[address]);
            assert!(line.starts_with(&format!("{name}: ")) && line.contains(address), "{address:?}: {line}");
        }
        complaint(program, &[OsString::from_vec(b"127.0.0.1:\xff".to_vec())]);
    }
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (name, program) in EXAMPLES {
        let line = complaint(program, &[&address]);
        // Once is enough.
        assert!(line.starts_with(&format!("{name}: cannot listen on {address}: ")), "{line}");
    }
}

#[test]
fn an_output_that_takes_nothing_is_a_failure() {
    for (name, program) in [("echo", ECHO), ("chat", CHAT)] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = Command::new(program).arg("127.0.0.1:0").stdout(full).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), errors.lines().count()), (Some(1), 1), "{errors}");
        assert!(errors.starts_with(&format!("{name}: ")) && !errors.contains("panicked"), "{errors}");
    }
}
