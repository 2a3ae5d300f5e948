//! The derives, and what they share.

pub(crate) mod close_reason;
pub(crate) mod message;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Data, DeriveInput, Ident, Path, Token};

use crate::errors::Errors;
use crate::names;
use crate::parse::allowed;

/// The runtime crate's path: `#[message(crate = path)]` or `#[close(crate = path)]` on the type.
///
/// An attribute that is something else is given to `other`, which says whether it is understood.
fn krate(
    attributes: &[Attribute],
    name: &str,
    errors: &mut Errors,
    mut other: impl FnMut(&Attribute) -> bool,
) -> TokenStream {
    let mut krate = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        match attribute.parse_args_with(crate_path) {
            Ok(_) if krate.is_some() => {
                errors.at(attribute, "`crate` is given twice", "remove this one");
            }
            Ok(path) => krate = Some(path.into_token_stream()),
            Err(_) if is_of_crate(attribute) => {
                let help = format!("write `#[{name}(crate = path::to::sockpact)]`");
                errors.at(attribute, "this is not the path of a crate", help);
            }
            Err(_) if other(attribute) => {}
            Err(_) => errors.at(
                attribute,
                format!("`#[{name}(...)]` on the type takes only `crate = path`"),
                format!("put `#[{name}(...)]` on a variant"),
            ),
        }
    }
    krate.unwrap_or_else(|| quote!(::sockpact))
}

/// The attributes of each impl.
fn attributes(input: &DeriveInput) -> TokenStream {
    let of_variants = match &input.data {
        Data::Enum(data) => data.variants.iter().map(|variant| &variant.attrs).collect(),
        Data::Struct(_) | Data::Union(_) => Vec::new(),
    };
    let allowed = allowed([&input.attrs].into_iter().chain(of_variants).flatten());
    quote!(#[automatically_derived] #(#allowed)*)
}

/// Whether it is `#[name(crate ..)]` and nothing else, but not a path.
fn is_of_crate(attribute: &Attribute) -> bool {
    let Ok(list) = attribute.meta.require_list() else { return false };
    let mut trees = list.tokens.clone().into_iter();
    let is_comma = |tree: TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ',');
    matches!(trees.next(), Some(TokenTree::Ident(word)) if word == "crate") && !trees.any(is_comma)
}

/// What is nearly this attribute, or has its name or one of these words in its own, and so is unknown to rustc, which
/// says so.
fn misspelled(attributes: &[Attribute], name: &str, words: &[&str]) -> Option<syn::Error> {
    let is_near = |path: &Path| {
        let word = path.get_ident().map(ToString::to_string);
        word.is_some_and(|word| {
            names::closest(&word, [&name]).is_some()
                || word.split('_').any(|part| part == name || words.contains(&part))
        })
    };
    let path = attributes.iter().map(Attribute::path).find(|path| is_near(path))?;
    Some(syn::Error::new_spanned(path, "a misspelled attribute"))
}

fn crate_path(input: ParseStream<'_>) -> syn::Result<Path> {
    input.parse::<Token![crate]>()?;
    input.parse::<Token![=]>()?;
    input.call(Path::parse_mod_style)
}

/// The word, if these tokens are one and nothing else.
fn only_word(tokens: TokenStream) -> Option<Ident> {
    let word = |input: ParseStream<'_>| {
        let word = input.call(Ident::parse_any)?;
        if input.is_empty() { Ok(word) } else { Err(input.error("unexpected token")) }
    };
    word.parse2(tokens).ok()
}
