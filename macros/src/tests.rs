//! No input makes a macro panic, and what comes out of the right one is Rust.

mod members;
mod partial;
mod snapshots;
mod texts;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

use crate::{derive, expand_endpoint, expand_stray_on};

const ARGUMENTS: &str = r#"text, binary, subprotocols = ["chat.v1", "chat.v2"], max_text = "64 KiB", max_binary = 8388608,
    sends = Json<Event>, crate = a::b"#;

const BLOCK: &str = r#"
    #[cfg(x)] impl<T: Send> Chat<T> where T: 'static {
        const LONGEST: usize = { 32 };
        #[cfg(y)] #[on(open)] async fn opened(&mut self, peer: &Peer<Json<Event>>) {}
        #[on(text)] async fn command(&mut self, Json(c): Json<Command>, peer: &Peer) -> Result<(), E> { Ok(()) }
        #[on(binary)] pub async fn picture(&self, image: Bytes) -> Vec<Json<Event>> { x. }
        #[on(invalid)] async fn invalid(&mut self, invalid: Invalid<'_>) -> Verdict { Verdict::Ignore }
        #[on(close)] async fn left(&mut self, closed: &Closed);
        macro_call! {}
    }"#;

const FUNCTION: &str = r#"
    /// Shouts.
    #[allow(unused)] pub async fn shout(line: String, peer: &Peer) -> String { line.to_uppercase() }"#;

const MESSAGE: &str = r#"
    #[message(crate = a::b)] enum Mixed<T> where T: Copy { #[message(text)] Text(T), #[message(binary)] Bytes(Bytes) }"#;

const CLOSE: &str = r#"
    #[close(crate = a::b)] enum Why { #[close(4401, "sign in first")] Nameless(u8), #[close(1000)] Left { name: String } }"#;

#[test]
fn the_right_input_becomes_rust_without_errors() {
    for tokens in
        expand_all(&parse(ARGUMENTS), &parse(BLOCK), &parse(FUNCTION), &parse(MESSAGE), &parse(CLOSE))
    {
        assert!(!tokens.to_string().contains("compile_error"), "{tokens}");
    }
    for tokens in [
        expand_endpoint(quote!(text), parse(FUNCTION)),
        derive::message::expand(parse(MESSAGE)),
        derive::close_reason::expand(parse(CLOSE)),
    ] {
        syn::parse2::<syn::File>(tokens).unwrap();
    }
}

/// Each token of the right input left out, doubled, or replaced, at every depth.
#[test]
fn no_input_makes_a_macro_panic() {
    let right = [ARGUMENTS, BLOCK, FUNCTION, MESSAGE, CLOSE].map(parse);
    for (place, input) in right.iter().enumerate() {
        for wrong in mutations(input) {
            let mut all = right.clone();
            all[place] = wrong;
            let [arguments, block, function, message, close] = &all;
            expand_all(arguments, block, function, message, close);
        }
    }
    let nothing = TokenStream::new();
    expand_all(&nothing, &nothing, &nothing, &nothing, &nothing);
}

fn expand_all(
    arguments: &TokenStream,
    block: &TokenStream,
    function: &TokenStream,
    message: &TokenStream,
    close: &TokenStream,
) -> [TokenStream; 5] {
    [
        expand_endpoint(arguments.clone(), block.clone()),
        expand_endpoint(arguments.clone(), function.clone()),
        derive::message::expand(message.clone()),
        derive::close_reason::expand(close.clone()),
        expand_stray_on(block.clone()).into_iter().skip_while(|tree| tree.to_string() != "}").collect(),
    ]
}

fn mutations(tokens: &TokenStream) -> Vec<TokenStream> {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let replacements: Vec<TokenTree> = quote!(text , = # "x" 7 'a async { } ( ) [ ]).into_iter().collect();
    let mut mutations = Vec::new();
    for (at, tree) in trees.iter().enumerate() {
        let with = |middle: &[TokenTree]| -> TokenStream {
            trees[..at].iter().chain(middle).chain(&trees[at + 1..]).cloned().collect()
        };
        mutations.push(with(&[]));
        mutations.push(with(&[tree.clone(), tree.clone()]));
        for replacement in &replacements {
            mutations.push(with(std::slice::from_ref(replacement)));
        }
        if let TokenTree::Group(group) = tree {
            for delimiter in [Delimiter::None, group.delimiter()] {
                mutations.push(with(&[Group::new(delimiter, group.stream()).into()]));
            }
            for inner in self::mutations(&group.stream()) {
                mutations.push(with(&[Group::new(group.delimiter(), inner).into()]));
            }
        }
    }
    mutations
}

fn parse(source: &str) -> TokenStream {
    source.parse().unwrap()
}
