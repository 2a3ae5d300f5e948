//! The arguments of `#[endpoint(...)]`: words, and `name = value`.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, Lit, Token, Type, token};

use super::ungrouped;
use crate::errors::Errors;
use crate::names::{self, KINDS, OPTIONS};

pub(crate) struct Argument {
    pub(crate) name: Ident,
    pub(crate) value: Value,
}

pub(crate) enum Value {
    /// A bare word.
    None,
    /// Nothing after the `=`.
    Missing,
    Literal(Lit),
    /// `[...]`, with its brackets and its elements.
    List(TokenStream, Vec<Expr>),
    Type(Type),
    /// `name(...)`, and whatever else is not understood.
    Other(TokenStream),
}

impl Value {
    /// Whether this word is in it, by itself or as a text.
    pub(crate) fn mentions(&self, word: &str) -> bool {
        let written = match self {
            Self::None | Self::Missing => return false,
            Self::Literal(literal) => return literal.to_token_stream().to_string().trim_matches('"') == word,
            Self::List(tokens, _) | Self::Other(tokens) => tokens.to_string(),
            Self::Type(ty) => ty.to_token_stream().to_string(),
        };
        written
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .any(|found| found.eq_ignore_ascii_case(word))
    }
}

/// Parses as much as it can; what it cannot parse is an error, and the next argument is tried.
pub(crate) fn arguments(tokens: TokenStream, errors: &mut Errors) -> Vec<Argument> {
    if let Some(TokenTree::Literal(value)) = tokens.clone().into_iter().next()
        && is_behind_equals()
    {
        errors.push_syntax(syn::Error::new(value.span(), "an attribute that is a value"));
        return Vec::new();
    }
    let parser = |input: ParseStream<'_>| {
        let mut arguments = Vec::new();
        while !input.is_empty() {
            arguments.extend(argument(input, errors));
            end(input, errors);
        }
        Ok(arguments)
    };
    parser.parse2(tokens).unwrap_or_else(|error| {
        errors.push(error);
        Vec::new()
    })
}

/// Whether the attribute is `#[endpoint = ...]`, which rustc refuses, and expands all the same.
fn is_behind_equals() -> bool {
    let written = Span::call_site().source_text();
    let after_name = written.as_deref().and_then(|written| written.get(2..)?.find(['(', '[', '{', '=']));
    written.zip(after_name).is_some_and(|(written, at)| written[2 + at..].starts_with('='))
}

fn argument(input: ParseStream<'_>, errors: &mut Errors) -> Option<Argument> {
    if !input.peek(Ident::peek_any) {
        errors.at(
            next(input),
            "expected a message kind or an option",
            "write `text`, `binary`, or `name = value`",
        );
        if !input.peek(Token![,]) {
            skip(input);
        }
        return None;
    }
    let name = input.call(Ident::parse_any).ok()?;
    let value = if input.peek(token::Paren) {
        Value::Other(input.parse::<TokenTree>().ok()?.into())
    } else if input.peek(Token![::]) || input.peek(Token![:]) && KINDS.iter().any(|kind| name == kind) {
        Value::Other(skip(input))
    } else if input.peek(Token![:]) {
        errors.at(next(input), "expected `=`", "write `name = value`");
        input.parse::<Token![:]>().ok()?;
        let _: Option<Token![=]> = input.parse().ok()?;
        value(input)
    } else if input.peek(Token![=]) {
        input.parse::<Token![=]>().ok()?;
        value(input)
    } else if OPTIONS.iter().any(|option| name == option) && (input.peek(Lit) || input.peek(token::Bracket)) {
        errors.at(next(input), "expected `=`", format!("write `{}`", names::example(&name.to_string())));
        value(input)
    } else if input.is_empty() || input.peek(Token![,]) || input.peek(Ident::peek_any) || is_known(&name) {
        Value::None
    } else {
        // That the word is unknown is the mistake, whatever follows it.
        skip(input);
        Value::Other(TokenStream::new())
    };
    Some(Argument { name, value })
}

fn is_known(name: &Ident) -> bool {
    KINDS.iter().chain(OPTIONS).any(|known| name == known)
}

fn value(input: ParseStream<'_>) -> Value {
    if input.is_empty() || input.peek(Token![,]) {
        return Value::Missing;
    }
    if let Ok(literal) = speculate::<Lit>(input) {
        return Value::Literal(literal);
    }
    if input.peek(token::Bracket)
        && let Ok(list) = speculate::<TokenTree>(input)
        && let Some(TokenTree::Group(list)) = ungrouped(list.into()).into_iter().next()
    {
        let elements = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(ungrouped(list.stream()));
        return match elements {
            Ok(elements) => Value::List(TokenTree::Group(list).into(), elements.into_iter().collect()),
            Err(_) => Value::Other(TokenTree::Group(list).into()),
        };
    }
    speculate::<Type>(input).map_or_else(|_| Value::Other(skip(input)), Value::Type)
}

/// Parses, or leaves the input where it was.
fn speculate<T: syn::parse::Parse>(input: ParseStream<'_>) -> syn::Result<T> {
    let fork = input.fork();
    let parsed = fork.parse()?;
    // What follows has to end the argument: `64 * 1024` is not the literal `64`.
    if fork.is_empty() || fork.peek(Token![,]) {
        input.advance_to(&fork);
        return Ok(parsed);
    }
    Err(fork.error("expected `,`"))
}

/// The comma after an argument.
fn end(input: ParseStream<'_>, errors: &mut Errors) {
    if input.is_empty() || input.parse::<Token![,]>().is_ok() {
        return;
    }
    errors.at(next(input), "expected `,`", "separate the arguments with commas");
    // A word of ours is the next argument, with its comma forgotten.
    if !input.fork().call(Ident::parse_any).is_ok_and(|name| is_known(&name)) {
        skip(input);
        let _ = input.parse::<Token![,]>();
    }
}

fn next(input: ParseStream<'_>) -> Option<TokenTree> {
    input.cursor().token_stream().into_iter().next()
}

/// Takes what comes before the next comma.
fn skip(input: ParseStream<'_>) -> TokenStream {
    let mut skipped = TokenStream::new();
    while !input.is_empty() && (skipped.is_empty() || !input.peek(Token![,])) {
        match input.parse::<TokenTree>() {
            Ok(tree) => skipped.extend([tree]),
            Err(_) => break,
        }
    }
    skipped
}
