//! What `#[endpoint]` adds to `cargo check`: a crate of 200 endpoints against the same crate with hand-written
//! implementations, in CPU time.
//!
//!     cargo run -p sockpact-tests --bin macro_cost -- [ROUNDS]
//!
//! "cold" checks the crate with nothing of it known; "touched" checks it again, incrementally, after a comment at its
//! end has changed. Its dependencies are checked beforehand. "expansion" is rustc's own figure for all macros of the
//! crate (`-Ztime-passes`), so wall time, the reading of what they wrote included. Rounds go in turn. Linux only: it reads `/proc`.

use std::fmt::Write as _;
use std::io::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

const ENDPOINTS: u32 = 200;
/// Unless the command line says otherwise.
const ROUNDS: usize = 7;

/// One crate of endpoints.
struct Case {
    name: &'static str,
    source: fn(u32) -> String,
}

const CASES: [Case; 4] = [
    Case { name: "function", source: function },
    Case { name: "function, by hand", source: function_by_hand },
    Case { name: "impl of three handlers", source: block },
    Case { name: "impl of three handlers, by hand", source: block_by_hand },
];

/// What `#[endpoint]` may add to a function, and to an impl of three handlers: cold, touched, expansion.
const GOALS: [[f64; 3]; 2] = [[2.0, 1.0, 0.5], [5.0, 1.5, 0.5]];

fn function(n: u32) -> String {
    format!(
        "#[sockpact::endpoint(text)]
         pub async fn shout{n}(line: String) -> String {{
             line.to_uppercase()
         }}\n"
    )
}

fn function_by_hand(n: u32) -> String {
    format!(
        "#[derive(Clone, Copy)]
         pub struct Shout{n};
         impl sockpact::Endpoint for Shout{n} {{
             const CONTRACT: sockpact::Contract = sockpact::Contract::new(sockpact::Accepts::Text);
             type Text = String;
             type Binary = std::convert::Infallible;
             type Sends = sockpact::Message;
             async fn on_text(&mut self, line: String, _: &sockpact::Peer) -> sockpact::Outcome {{
                 sockpact::Outcome::send(line.to_uppercase())
             }}
         }}\n"
    )
}

fn block(n: u32) -> String {
    format!(
        "pub struct Chat{n} {{ lines: usize }}
         #[sockpact::endpoint(text, binary, max_binary = \"8 MiB\", sends = Json<Event>)]
         impl Chat{n} {{
             #[on(open)]
             async fn opened(&mut self, peer: &sockpact::Peer<Json<Event>>) {{
                 let _ = peer.send(Json(Event {{ lines: self.lines }})).await;
             }}
             #[on(text)]
             async fn command(&mut self, Json(command): Json<Command>) -> Result<Json<Event>, Refused> {{
                 if command.verb.is_empty() {{ return Err(Refused); }}
                 self.lines += 1;
                 Ok(Json(Event {{ lines: self.lines }}))
             }}
             #[on(binary)]
             async fn picture(&mut self, image: sockpact::Bytes) -> Json<Event> {{
                 Json(Event {{ lines: image.len() }})
             }}
         }}\n"
    )
}

fn block_by_hand(n: u32) -> String {
    format!(
        "pub struct Chat{n} {{ lines: usize }}
         impl sockpact::Endpoint for Chat{n} {{
             const CONTRACT: sockpact::Contract =
                 sockpact::Contract::new(sockpact::Accepts::Both).max_binary(8 << 20);
             type Text = Json<Command>;
             type Binary = sockpact::Bytes;
             type Sends = Json<Event>;
             async fn on_open(&mut self, peer: &sockpact::Peer<Json<Event>>) -> sockpact::Outcome {{
                 let _ = peer.send(Json(Event {{ lines: self.lines }})).await;
                 sockpact::Outcome::nothing()
             }}
             async fn on_text(
                 &mut self,
                 Json(command): Json<Command>,
                 _: &sockpact::Peer<Json<Event>>,
             ) -> sockpact::Outcome {{
                 if command.verb.is_empty() {{
                     return sockpact::Outcome::close(sockpact::CloseReason::close_frame(&Refused));
                 }}
                 self.lines += 1;
                 sockpact::Outcome::send(Json(Event {{ lines: self.lines }}))
             }}
             async fn on_binary(
                 &mut self,
                 image: sockpact::Bytes,
                 _: &sockpact::Peer<Json<Event>>,
             ) -> sockpact::Outcome {{
                 sockpact::Outcome::send(Json(Event {{ lines: image.len() }}))
             }}
         }}\n"
    )
}

const PRELUDE: &str = "#![allow(dead_code)]
    use sockpact::Json;
    #[derive(serde::Deserialize)]
    pub struct Command { verb: String }
    #[derive(serde::Serialize)]
    pub struct Event { lines: usize }
    #[derive(sockpact::CloseReason)]
    #[close(4401, \"sign in first\")]
    pub struct Refused;\n";

/// A generated package in the target directory.
struct Package {
    directory: PathBuf,
    source: String,
    name: &'static str,
    cold: Vec<f64>,
    touched: Vec<f64>,
    expansion: Vec<f64>,
}

impl Package {
    fn write(case: &Case, repository: &Path, target: &Path) -> Result<Self, Error> {
        let directory = target.join("macro_cost").join(case.name.replace([' ', ','], "-"));
        fs::create_dir_all(directory.join("src"))?;
        let runtime = repository.join("runtime");
        let manifest = format!(
            "[package]\nname = \"generated\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
             [dependencies]\nserde = \"1\"\nsockpact = {{ path = {runtime:?} }}\n\
             [profile.dev.build-override]\nopt-level = 3\n"
        );
        fs::write(directory.join("Cargo.toml"), manifest)?;
        fs::copy(repository.join("Cargo.lock"), directory.join("Cargo.lock"))?;
        let mut source = PRELUDE.to_owned();
        for n in 0..ENDPOINTS {
            source.push_str(&(case.source)(n));
        }
        let package = Self {
            directory,
            source,
            name: case.name,
            cold: Vec::new(),
            touched: Vec::new(),
            expansion: Vec::new(),
        };
        package.touch(0)?;
        Ok(package)
    }

    fn figures(&self) -> [&[f64]; 3] {
        [&self.cold, &self.touched, &self.expansion]
    }

    fn touch(&self, version: usize) -> Result<(), Error> {
        let mut source = self.source.clone();
        let _ = writeln!(source, "// version {version}");
        fs::write(self.directory.join("src/lib.rs"), source)
    }

    fn cargo(&self, arguments: &[&str]) -> Result<String, Error> {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.arg("--offline").args(arguments).current_dir(&self.directory);
        command.env("CARGO_TARGET_DIR", self.directory.join("../target")).env("CARGO_INCREMENTAL", "1");
        command.env("RUSTC_BOOTSTRAP", "1");
        let output = command.output()?;
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let stdout = String::from_utf8_lossy(&output.stdout);
        if output.status.success() { Ok(stdout.into_owned() + &stderr) } else { Err(Error::other(stderr)) }
    }

    /// CPU time of a command of cargo's and all that it starts, for each endpoint, in milliseconds.
    fn cpu(&self, arguments: &[&str]) -> Result<f64, Error> {
        let before = cpu_of_children()?;
        self.cargo(arguments)?;
        Ok((cpu_of_children()? - before) * 1000.0 / f64::from(ENDPOINTS))
    }

    fn round(&mut self, version: usize) -> Result<(), Error> {
        self.cargo(&["clean", "-p", "generated"])?;
        let cold = self.cpu(&["check"])?;
        self.touch(2 * version + 1)?;
        let touched = self.cpu(&["check"])?;
        self.touch(2 * version + 2)?;
        let passes = self.cargo(&["rustc", "--profile", "check", "--", "-Ztime-passes"])?;
        self.cold.push(cold);
        self.touched.push(touched);
        self.expansion.extend(expansion(&passes));
        Ok(())
    }
}

/// `time:   0.012; rss: ... macro_expand_crate`
fn expansion(passes: &str) -> Option<f64> {
    let line = passes.lines().find(|line| line.contains("macro_expand_crate"))?;
    let seconds = line.trim_start().strip_prefix("time:")?.split(';').next()?.trim().parse::<f64>().ok()?;
    Some(seconds * 1000.0 / f64::from(ENDPOINTS))
}

/// CPU time of all children that have ended, in seconds: fields 16 and 17 of the page proc(5), in ticks of 10 ms.
fn cpu_of_children() -> Result<f64, Error> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    Ok((ticks(13) + ticks(14)) / 100.0)
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

fn main() -> ExitCode {
    match measure() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> Result<(), Error> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_owned();
    // Of `target/debug/macro_cost`.
    let target = env::current_exe()?.ancestors().nth(2).unwrap_or(Path::new("target")).to_owned();
    let rounds = env::args().nth(1).and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS);
    let mut packages = Vec::new();
    for case in &CASES {
        let package = Package::write(case, &repository, &target)?;
        package.cargo(&["check"])?;
        packages.push(package);
    }
    for round in 0..rounds {
        for package in &mut packages {
            package.round(round)?;
        }
    }
    println!("ms for each endpoint, of {ENDPOINTS}, median of {rounds}");
    println!("{:34}{:>8}{:>8}{:>10}", "", "cold", "touched", "expansion");
    for package in &packages {
        let [cold, touched, expansion] = package.figures().map(|figures| median(figures.to_vec()));
        println!("{:34}{cold:8.2}{touched:8.2}{expansion:10.2}", package.name);
    }
    println!("\nwhat `#[endpoint]` adds, median of the differences within each round");
    println!("{:34}{:>8}{:>8}{:>10}", "", "cold", "touched", "expansion");
    for (pair, goals) in packages.chunks(2).zip(GOALS) {
        let [with, without] = pair else { continue };
        let added = with.figures().into_iter().zip(without.figures()).map(|(with, without)| {
            let differences = with.iter().zip(without).map(|(with, without)| with - without);
            median(differences.collect())
        });
        let added: Vec<f64> = added.collect();
        println!("{:34}{:8.2}{:8.2}{:10.2}", with.name, added[0], added[1], added[2]);
        println!("{:34}{:8.2}{:8.2}{:10.2}", "  goal", goals[0], goals[1], goals[2]);
    }
    let lines = generated_lines(&repository)?;
    println!("\nlines that a block of two kinds becomes, beside its own: {lines} (goal: under 60)");
    Ok(())
}

/// Of the snapshot, less what its user wrote, which comes first.
fn generated_lines(repository: &Path) -> Result<usize, Error> {
    let snapshot = fs::read_to_string(repository.join("macros/snapshots/block_of_both.snap.rs"))?;
    let lints = snapshot.matches("#[allow(clippy::unused_async").count();
    let generated = snapshot.lines().skip_while(|line| !line.starts_with("const _"));
    Ok(lints + generated.filter(|line| !line.trim().is_empty()).count())
}
