//! The macros under another edition, and where the runtime goes by another name: by rustc alone, since Cargo gives a
//! package one edition, and its dependency one name.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// Compiles a file against the runtime, known to it by `name` only; returns what rustc says.
fn compile(file: &Path, edition: &str, name: &str) -> String {
    compile_with(file, edition, name, None)
}

/// The same, where the file may name serde too.
fn compile_with(file: &Path, edition: &str, name: &str, serde: Option<&Path>) -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let libraries = libraries();
    let serde = serde.map(|serde| ["--extern".to_owned(), format!("serde={}", serde.display())]);
    let output = Command::new(rustc)
        .args(["--edition", edition, "--crate-type", "lib", "--emit", "metadata", "-A", "dead_code"])
        .arg("--out-dir")
        .arg(env!("CARGO_TARGET_TMPDIR"))
        .args(["-L", &format!("dependency={}", libraries.display())])
        .args(["--extern", &format!("{name}={}", runtime(&libraries).display())])
        .args(serde.iter().flatten())
        .arg(file)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.success(), said.is_empty(), "{said}");
    said
}

fn libraries() -> PathBuf {
    env::current_exe().unwrap().parent().unwrap().to_owned()
}

/// The library that was built last.
fn runtime(libraries: &Path) -> PathBuf {
    let modified = |path: &PathBuf| fs::metadata(path).unwrap().modified().unwrap();
    builds(libraries, "libsockpact-").max_by_key(modified).unwrap()
}

/// Each build of a library that lies here.
fn builds(libraries: &Path, prefix: &'static str) -> impl Iterator<Item = PathBuf> {
    let files = fs::read_dir(libraries).unwrap().map(|entry| entry.unwrap().path());
    files.filter(move |path| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with(prefix) && name.ends_with(".rlib")
    })
}

fn ui() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ui")
}

#[test]
fn the_runtime_may_have_another_name_in_either_edition() {
    let renamed = ui().join("hygiene/renamed.rs");
    for edition in ["2021", "2024"] {
        assert_eq!(compile(&renamed, edition, "web"), "");
    }
    // The file knows no `sockpact`: what is not found by its path is not found at all.
    assert!(compile(&renamed, "2024", "sockpact").contains("web"));
}

#[test]
fn what_compiles_in_edition_2024_compiles_in_2021() {
    let (mut compiled, mut with_serde) = (0, 0);
    for entry in fs::read_dir(ui().join("pass")).unwrap() {
        let file = entry.unwrap().path();
        let source = fs::read_to_string(&file).unwrap();
        if source.contains("serde") {
            // Of serde there may be several builds, and no telling which is the runtime's: with that one it compiles.
            let said = builds(&libraries(), "libserde-")
                .map(|serde| compile_with(&file, "2021", "sockpact", Some(&serde)))
                .min_by_key(String::len);
            assert_eq!(said.as_deref(), Some(""), "{}", file.display());
            with_serde += 1;
        } else {
            assert_eq!(compile(&file, "2021", "sockpact"), "", "{}", file.display());
            compiled += 1;
        }
    }
    assert!(compiled > 5 && with_serde > 1, "{compiled}, {with_serde}");
}
