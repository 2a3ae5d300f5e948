//! Tokens to syntax. Knows the grammar and not the meaning.

mod arguments;
mod block;
mod function;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, Signature, Token};

pub(crate) use arguments::{Argument, Value, arguments};
pub(crate) use block::{Block, Member, Method, OnAttribute};
pub(crate) use function::Function;

use crate::errors::Errors;

/// What `#[endpoint]` stands on.
pub(crate) enum Item {
    Function(Box<Function>),
    Block(Box<Block>),
    /// A function that cannot be parsed.
    Broken(Broken),
    /// Something else, or something that cannot be parsed; an error has been reported.
    Other(TokenStream),
}

/// Parses signatures and not bodies: a mistake in a body is rustc's to report.
pub(crate) fn item(tokens: TokenStream, krate: &TokenStream, errors: &mut Errors) -> Item {
    let parsed = match keyword(&tokens).as_deref() {
        Some("fn") => Function::parse(tokens.clone()).map(|function| Item::Function(Box::new(function))),
        Some("impl") => Block::parse(tokens.clone(), krate).map(|block| Item::Block(Box::new(block))),
        _ => {
            errors.at(
                place(&tokens),
                "`#[endpoint]` goes on an `async fn` or on an `impl` block",
                "declare a type, and mark its inherent `impl` block",
            );
            return Item::Other(tokens);
        }
    };
    parsed.unwrap_or_else(|error| {
        errors.push_syntax(error);
        broken(&tokens).map_or(Item::Other(tokens), Item::Broken)
    })
}

/// What can be known of a function that cannot be parsed.
pub(crate) struct Broken {
    pub(crate) vis: TokenStream,
    pub(crate) fn_token: Ident,
    pub(crate) name: Ident,
    pub(crate) all: TokenStream,
}

fn broken(tokens: &TokenStream) -> Option<Broken> {
    let mut trees = tokens.clone().into_iter().peekable();
    let mut vis = TokenStream::new();
    while let Some(tree) = trees.next() {
        let TokenTree::Ident(word) = tree else { continue };
        if word == "pub" {
            vis.extend([TokenTree::Ident(word)]);
            vis.extend(trees.next_if(|next| matches!(next, TokenTree::Group(_))));
        } else if word == "fn" {
            let Some(TokenTree::Ident(name)) = trees.next() else { return None };
            return Some(Broken { vis, fn_token: word, name, all: tokens.clone() });
        }
    }
    None
}

/// The keyword that says what kind of item this is.
fn keyword(tokens: &TokenStream) -> Option<String> {
    const KEYWORDS: [&str; 11] =
        ["fn", "impl", "struct", "enum", "union", "trait", "mod", "static", "type", "use", "macro_rules"];
    tokens.clone().into_iter().find_map(|tree| match tree {
        TokenTree::Ident(word) => Some(word.to_string()).filter(|word| KEYWORDS.contains(&word.as_str())),
        _ => None,
    })
}

/// The item less its attributes and its body: what an error about the whole item points at.
fn place(tokens: &TokenStream) -> TokenStream {
    let mut after_pound = false;
    let (mut place, mut all) = (TokenStream::new(), TokenStream::new());
    for tree in tokens.clone() {
        all.extend([tree.clone()]);
        match tree {
            TokenTree::Punct(punct) if punct.as_char() == '#' => after_pound = true,
            TokenTree::Group(group) if after_pound && group.delimiter() == Delimiter::Bracket => {
                after_pound = false;
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => break,
            TokenTree::Punct(punct) if punct.as_char() == ';' => break,
            tree => place.extend([tree]),
        }
    }
    if place.is_empty() { all } else { place }
}

/// The attributes that decide whether an item is there at all.
pub(crate) fn cfg(attributes: &[Attribute]) -> Vec<Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).cloned().collect()
}

/// `const` goes, which neither goes with `async` nor with most bodies; `async` comes if the body awaits.
fn mend(signature: &mut Signature, body: &impl ToTokens) {
    signature.constness = None;
    if signature.asyncness.is_none() && mentions(body.to_token_stream(), "await") {
        let span = signature.fn_token.span;
        signature.asyncness = Some(Token![async](span));
    }
}

/// Whether this word is anywhere in the tokens.
pub(crate) fn mentions(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Ident(found) => found == word,
        TokenTree::Group(group) => mentions(group.stream(), word),
        _ => false,
    })
}

/// The same group around other tokens.
fn regroup(group: &Group, tokens: TokenStream) -> TokenStream {
    let mut regrouped = Group::new(group.delimiter(), tokens);
    regrouped.set_span(group.span());
    TokenTree::from(regrouped).into()
}

/// For what the attribute demands of a handler, whether its body uses it or not: `async`, and `&mut self`.
fn unused() -> TokenStream {
    quote!(#[allow(clippy::unused_async, clippy::unused_self, clippy::needless_pass_by_ref_mut)])
}
