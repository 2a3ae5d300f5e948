//! The bodies of the fuzz targets: each takes any bytes, and panics where a promise is broken. Not public API: it is
//! there under `cfg(fuzzing)`, which cargo-fuzz sets, and in the tests, which run each body over its corpus.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[cfg(feature = "json")]
mod typed_glue;
#[cfg(feature = "service")]
mod upgrade;

/// What a target runs.
pub type Body = fn(&[u8]);

/// The targets by name; each has a binary and a corpus in `fuzz/`.
pub const TARGETS: &[(&str, Body)] = &[
    ("frames", crate::wire::fuzz::frames),
    ("differential", crate::wire::fuzz::differential),
    ("utf8", crate::wire::fuzz::utf8),
    ("close_payload", crate::wire::fuzz::close_payload),
    ("session", crate::wire::fuzz::session),
    #[cfg(feature = "service")]
    ("handshake", crate::handshake::fuzz::handshake),
    #[cfg(feature = "service")]
    ("upgrade", upgrade::upgrade),
    #[cfg(feature = "json")]
    ("typed_glue", typed_glue::typed_glue),
];

/// Runs a target's body.
pub fn run(target: &str, bytes: &[u8]) {
    let (_, body) = TARGETS.iter().find(|(name, _)| *name == target).expect("a target of that name");
    body(bytes);
}

/// Runs a future on this thread's runtime.
#[cfg(any(feature = "json", feature = "service"))]
fn block_on<F: Future>(future: F) -> F::Output {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    }
    RUNTIME.with(|runtime| runtime.block_on(future))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::TARGETS;

    #[test]
    fn every_target_takes_its_corpus() {
        let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
        if !fuzz.exists() {
            return; // The published package has none.
        }
        let corpus = fuzz.join("corpus");
        for (target, body) in TARGETS {
            let mut taken = 0;
            for entry in std::fs::read_dir(corpus.join(target)).unwrap() {
                let path = entry.unwrap().path();
                println!("{}", path.display());
                body(&std::fs::read(path).unwrap());
                taken += 1;
            }
            assert!(taken > 0, "{target} has no corpus");
        }
    }
}
