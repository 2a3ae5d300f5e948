//! What is measured.

use sockpact_bench_load::{Content, Traffic};

use crate::servers::{BROADCAST, ECHO, FLOOR, JSON};

/// One table of the comparison.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    /// How the command line calls it.
    pub(crate) name: String,
    pub(crate) what: What,
    /// Who takes part; the ratios are to the first.
    pub(crate) servers: &'static [&'static str],
    /// Threads of each server.
    pub(crate) threads: usize,
    /// What sockpact has to reach.
    pub(crate) goals: &'static [Goal],
}

/// What is done.
#[derive(Clone, Copy, Debug)]
pub(crate) enum What {
    Echo {
        path: &'static str,
        traffic: Traffic,
        connections: usize,
        depth: usize,
    },
    Broadcast {
        traffic: Traffic,
        connections: usize,
    },
    Connect,
    /// Memory of each connection, after one message of that size was echoed on it, if any.
    Memory {
        connections: usize,
        echo: Option<usize>,
    },
}

/// What a server has to reach, at most: a ratio, or a number of bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Goal {
    pub(crate) server: &'static str,
    pub(crate) bound: Bound,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Bound {
    Ratio(f64),
    Bytes(f64),
}

impl What {
    /// In words.
    pub(crate) fn title(&self) -> String {
        match self {
            Self::Echo { path, traffic, connections, depth } => {
                format!("{traffic} at `{path}`, {connections} connections, {depth} in flight on each")
            }
            Self::Broadcast { traffic, connections } => format!("{traffic} from one client to {connections}"),
            Self::Connect => "connect, upgrade, close; 16 at a time".to_owned(),
            Self::Memory { connections, echo: None } => {
                format!("memory of an idle connection, {connections} of them")
            }
            Self::Memory { connections, echo: Some(size) } => {
                let traffic = Traffic { content: Content::Ascii, size: *size, fragments: 1 };
                format!("memory that a connection keeps after one echo of {traffic}, {connections} at once")
            }
        }
    }
}

const KIB: usize = 1024;

/// The scenarios of the whole comparison.
pub(crate) fn all() -> Vec<Scenario> {
    use Bound::{Bytes, Ratio};
    use Content::{Ascii, Binary, Json, JsonMixed, Mixed};
    const fn goal(server: &'static str, bound: Bound) -> Goal {
        Goal { server, bound }
    }
    let echo = |name: &str, (content, size, fragments), connections, depth, goals| {
        let traffic = Traffic { content, size, fragments };
        let what = What::Echo { path: "/both", traffic, connections, depth };
        Scenario { name: name.to_owned(), what, servers: ECHO, threads: 1, goals }
    };
    let json = |name: &str, (content, size), connections, depth| {
        let traffic = Traffic { content, size, fragments: 1 };
        let what = What::Echo { path: "/json", traffic, connections, depth };
        const GOALS: &[Goal] = &[goal("sockpact", Ratio(0.9))];
        Scenario { name: name.to_owned(), what, servers: JSON, threads: 1, goals: GOALS }
    };
    let other = |name: &str, what, servers, goals| Scenario {
        name: name.to_owned(),
        what,
        servers,
        threads: 1,
        goals,
    };
    let broadcast =
        What::Broadcast { traffic: Traffic { content: Ascii, size: KIB, fragments: 1 }, connections: 1000 };
    vec![
        echo("i", (Ascii, 64, 1), 100, 1, const { &[goal("sockpact", Ratio(1.03))] }),
        echo("ii", (Ascii, 64, 1), 16, 32, const { &[goal("sockpact", Ratio(1.25))] }),
        echo("iii", (Ascii, KIB, 1), 100, 1, const { &[goal("sockpact", Ratio(1.05))] }),
        echo("iv", (Mixed, 16 * KIB, 1), 16, 4, const { &[goal("sockpact", Ratio(1.9))] }),
        echo("v", (Binary, KIB * KIB, 1), 4, 1, const { &[goal("sockpact", Ratio(0.7))] }),
        echo("vi", (Ascii, 256 * KIB, 16), 16, 1, const { &[goal("sockpact", Ratio(1.2))] }),
        json("json-i", (Json, 64), 100, 1),
        json("json-ii", (Json, 64), 16, 32),
        json("json-iii", (Json, KIB), 100, 1),
        json("json-iv", (JsonMixed, 16 * KIB), 16, 4),
        other(
            "idle",
            What::Memory { connections: 5000, echo: None },
            ECHO,
            const { &[goal("sockpact-stream", Bytes(2048.0)), goal("sockpact", Bytes(4096.0))] },
        ),
        other(
            "kept",
            What::Memory { connections: 200, echo: Some(256 * KIB) },
            ECHO,
            const { &[goal("sockpact", Bytes(4096.0))] },
        ),
        other(
            "connect",
            What::Connect,
            ECHO,
            const { &[goal("sockpact-stream", Ratio(1.15)), goal("sockpact", Ratio(2.0))] },
        ),
        other("broadcast", broadcast, BROADCAST, const { &[goal("sockpact-broadcast", Ratio(1.3))] }),
    ]
}

/// More threads, more connections, larger messages: where a cliff would show.
pub(crate) fn scaling() -> Vec<Scenario> {
    const SERVERS: &[&str] = &[FLOOR, "sockpact", "tokio-websockets"];
    let scenario = |threads, connections, content, size| {
        let traffic = Traffic { content, size, fragments: 1 };
        let what = What::Echo { path: "/both", traffic, connections, depth: 1 };
        let name = format!("scaling-{threads}-{connections}-{size}");
        Scenario { name, what, servers: SERVERS, threads, goals: &[] }
    };
    let mut scenarios = Vec::new();
    for threads in [1, 2] {
        for connections in [10, 100, 1000, 5000] {
            scenarios.push(scenario(threads, connections, Content::Ascii, 64));
        }
        for size in [16, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, KIB * KIB, 4 * KIB * KIB] {
            scenarios.push(scenario(threads, 16, Content::Binary, size));
        }
    }
    scenarios
}
