//! The derives, and what they share.

pub(crate) mod close_reason;
pub(crate) mod message;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, Path, Token};

use crate::errors::Errors;
use crate::names;

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

/// What is nearly this attribute, and so unknown to rustc, which says so.
fn misspelled(attributes: &[Attribute], name: &str) -> Option<syn::Error> {
    let is_near = |path: &Path| {
        let word = path.get_ident().map(ToString::to_string);
        word.is_some_and(|word| names::closest(&word, [&name]).is_some())
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
