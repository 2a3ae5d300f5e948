//! Tokens to syntax. Knows the grammar and not the meaning.

mod arguments;
mod attributes;
mod block;
mod function;
mod members;
pub(crate) mod types;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, Expr, FnArg, Meta, Signature, Token, parse_quote};

pub(crate) use arguments::{Argument, Value, arguments};
pub(crate) use block::Block;
pub(crate) use function::Function;
pub(crate) use members::{Member, Method, OnAttribute};

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
pub(crate) fn item(tokens: TokenStream, errors: &mut Errors) -> Item {
    let trees = alone(tokens, errors);
    let parsed = match keyword(&trees).as_deref() {
        Some("fn") => Function::parse(&trees).map(|function| Item::Function(Box::new(function))),
        Some("impl") => Block::parse(&trees).map(|block| Item::Block(Box::new(block))),
        // rustc refuses an attribute on what is no item, and what came behind a closure would be part of it.
        Some("let") => Err(syn::Error::new_spanned(&trees[0], "a statement")),
        _ if is_closure(&trees) => return Item::Other(trees.into_iter().collect()),
        _ => {
            let tokens = trees.into_iter().collect();
            errors.at(
                place(&tokens),
                "`#[endpoint]` goes on an `async fn` or on an `impl` block",
                "declare a type, and mark its inherent `impl` block",
            );
            return Item::Other(without_on(tokens));
        }
    };
    parsed.unwrap_or_else(|error| {
        let tokens = trees.into_iter().collect();
        errors.push_syntax(error);
        broken(&tokens).map_or_else(|| Item::Other(without_on(tokens)), Item::Broken)
    })
}

/// The item less the attributes that have no place on it: a second `#[endpoint]`, which would find neither a function
/// nor a block as it was written; what makes something else of a function or a block; `#[on]`, which is for methods.
fn alone(tokens: TokenStream, errors: &mut Errors) -> Vec<TokenTree> {
    let mut trees: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while let [TokenTree::Punct(pound), TokenTree::Group(attribute), ..] = &trees[at..]
        && pound.as_char() == '#'
    {
        let (what, help) = match attributes::name(attribute).as_deref() {
            Some("endpoint") => (
                "`#[endpoint]` is given twice".to_owned(),
                "write one attribute, such as `#[endpoint(text, binary)]`",
            ),
            Some("main" | "test" | "async_trait" | "on") => {
                let path = attributes::path(attribute).collect::<TokenStream>().to_string().replace(' ', "");
                (format!("`#[{path}]` has no place where `#[endpoint]` is"), "remove it")
            }
            _ => {
                at += 2;
                continue;
            }
        };
        errors.at(quote!(#pound #attribute), what, help);
        trees.drain(at..at + 2);
    }
    trees
}

/// The item less each `#[on]` that is directly in it, which would be astray too.
fn without_on(tokens: TokenStream) -> TokenStream {
    let less = |group: Group| {
        let mut kept: Vec<TokenTree> = Vec::new();
        for tree in group.stream() {
            if attributes::is(kept.last(), &tree, "on") {
                kept.pop();
            } else {
                kept.push(tree);
            }
        }
        regroup(&group, kept.into_iter().collect())
    };
    let each = tokens.into_iter().map(|tree| match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => less(group),
        other => other,
    });
    each.collect()
}

fn is_closure(trees: &[TokenTree]) -> bool {
    matches!(syn::parse2(trees.iter().cloned().collect()), Ok(Expr::Closure(_)))
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

/// The keyword that says what kind of item this is: the first word that may not stand before another.
fn keyword(trees: &[TokenTree]) -> Option<String> {
    const BEFORE: [&str; 8] = ["pub", "default", "async", "gen", "unsafe", "safe", "extern", "const"];
    let mut words = trees.iter().filter_map(|tree| match tree {
        TokenTree::Ident(word) => Some(word.to_string()),
        _ => None,
    });
    words.find(|word| !BEFORE.contains(&word.as_str()))
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

/// What these attributes allow, for what is generated of what they are on: the same types are in it. What is deprecated
/// is still called there.
pub(crate) fn allowed<'a>(
    attributes: impl Iterator<Item = &'a Attribute>,
) -> impl Iterator<Item = TokenStream> {
    attributes.filter_map(|attribute| {
        let path = attribute.path();
        if path.is_ident("deprecated") {
            return Some(quote!(#[allow(deprecated)]));
        }
        match &attribute.meta {
            Meta::List(list) if path.is_ident("allow") || path.is_ident("expect") => {
                let lints = &list.tokens;
                Some(quote!(#[allow(#lints)]))
            }
            _ => None,
        }
    })
}

/// `const` goes, which neither goes with `async` nor with most bodies; `async` comes if the body awaits; what has no
/// size is borrowed.
fn mend(signature: &mut Signature, body: &impl ToTokens) {
    signature.constness = None;
    for argument in &mut signature.inputs {
        if let FnArg::Typed(typed) = argument
            && types::has_no_size(&typed.ty)
        {
            let ty = &typed.ty;
            typed.ty = parse_quote!(&#ty);
        }
    }
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

/// The tokens out of the groups that a macro of the user's puts around what it was given. Those are at its parameter,
/// and a mistake is inside.
pub(crate) fn ungrouped(tokens: TokenStream) -> TokenStream {
    let each = tokens.into_iter().map(|tree| match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => ungrouped(group.stream()),
        other => other.into(),
    });
    each.collect()
}

/// The same group around other tokens.
fn regroup(group: &Group, tokens: TokenStream) -> TokenTree {
    let mut regrouped = Group::new(group.delimiter(), tokens);
    regrouped.set_span(group.span());
    regrouped.into()
}
