//! What five endpoints become, as it stands in `macros/snapshots`: to be read, and compiled by `tests/macro_snapshots.rs`.
//!
//! A snapshot is a file of its own (`*.snap.rs`), as insta has it for what is binary, so that it can be compiled. After a
//! deliberate change, `INSTA_UPDATE=always cargo test -p sockpact-macros` writes them anew: read each of them.

use proc_macro2::TokenStream;

use super::parse;
use crate::expand_endpoint;

/// One line of text in, one out.
const FUNCTION: (&str, &str, &str) = (
    "function",
    "text",
    "/// Shouts.
     pub async fn shout(line: String) -> String { line.to_uppercase() }",
);

const FUNCTION_OF_BOTH: (&str, &str, &str) = (
    "function_of_both",
    r#"text, binary, subprotocols = ["measure.v1"], max_text = "4 KiB""#,
    "pub async fn measure(message: Message, peer: &Peer) -> Option<String> {
         (!peer.is_closed()).then(|| message.payload().len().to_string())
     }",
);

const BLOCK: (&str, &str, &str) = (
    "block",
    "text",
    "impl Counter {
         #[on(text)]
         async fn line(&mut self, line: String) -> String {
             self.0 += line.len();
             self.0.to_string()
         }
     }",
);

const BLOCK_OF_BOTH: (&str, &str, &str) = (
    "block_of_both",
    r#"text, binary, max_binary = "8 MiB", sends = Json<u64>"#,
    "impl Chat {
         #[on(text)]
         async fn command(&mut self, Json(command): Json<u64>) -> Result<Json<u64>, CloseFrame> {
             self.0 = command;
             Ok(Json(command))
         }
         #[on(binary)]
         async fn picture(&mut self, image: Bytes, peer: &Peer<Json<u64>>) {
             let _ = peer.send(Json(image.len() as u64 + self.0)).await;
         }
     }",
);

const EVERY_HANDLER: (&str, &str, &str) = (
    "every_handler",
    "text, binary, sends = String",
    "impl<T> Log<T> where T: Display + Send + 'static {
         #[on(open)] async fn opened(&mut self) -> String { \"hello\".into() }
         #[on(message)] async fn said(&mut self, message: Message) { self.lines += message.payload().len(); }
         #[on(invalid)] async fn invalid(&mut self, _: Invalid<'_>) -> Verdict<String> { Verdict::Ignore }
         #[on(close)] async fn left(&mut self, closed: &Closed) { self.name = None; self.lines += usize::from(closed.code()); }
     }",
);

/// What the code around each snapshot has to bring.
const PRELUDE: &str =
    "//! Generated: see `src/tests/snapshots.rs`.\n#![allow(unused_imports)]\n\nuse super::*;\n\n";

const ALL: [(&str, &str, &str); 5] = [FUNCTION, FUNCTION_OF_BOTH, BLOCK, BLOCK_OF_BOTH, EVERY_HANDLER];

#[test]
fn endpoints_become_what_they_became() {
    for (name, arguments, item) in ALL {
        let expanded = PRELUDE.to_owned() + &formatted(expand_endpoint(parse(arguments), parse(item)));
        insta::with_settings!({
            snapshot_path => "../../snapshots",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_binary_snapshot!(&format!("{name}.rs"), expanded.into_bytes());
        });
    }
}

/// What the user wrote is not counted, and the blank lines are not.
#[test]
fn an_endpoint_of_two_kinds_becomes_less_than_60_lines() {
    let lines = |text: String| text.lines().filter(|line| !line.trim().is_empty()).count();
    for (name, arguments, item) in [FUNCTION_OF_BOTH, BLOCK_OF_BOTH] {
        let all = lines(formatted(expand_endpoint(parse(arguments), parse(item))));
        let own = lines(formatted(parse(&item.replace("#[on(text)]", "").replace("#[on(binary)]", ""))));
        assert!(all - own < 60, "{name}: {}", all - own);
    }
}

#[test]
fn generated_code_has_no_unsafe() {
    for (name, arguments, item) in ALL {
        let expanded = expand_endpoint(parse(arguments), parse(item));
        assert!(!crate::parse::mentions(expanded, "unsafe"), "{name}");
    }
}

/// With another path given, nothing is found by the name of this crate.
#[test]
fn the_crate_is_found_where_its_path_says_and_nowhere_else() {
    for (name, arguments, item) in ALL {
        let expanded = expand_endpoint(parse(&format!("{arguments}, crate = web::rt")), parse(item));
        assert!(!crate::parse::mentions(expanded, "sockpact"), "{name}");
    }
    let derived = [
        crate::derive::message::expand(parse(
            "#[message(crate = web::rt)] enum M { #[message(text)] A(String), #[message(binary)] B(Bytes) }",
        )),
        crate::derive::close_reason::expand(parse("#[close(crate = web::rt)] enum C { #[close(1000)] A }")),
    ];
    for expanded in derived {
        assert!(!crate::parse::mentions(expanded.clone(), "sockpact"), "{expanded}");
    }
}

fn formatted(tokens: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(tokens).unwrap())
}
