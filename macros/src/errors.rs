//! The mistakes of one macro call: all of them, in the order in which they were found, each once.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use crate::parse::ungrouped;

#[derive(Default)]
#[must_use]
pub(crate) struct Errors(Vec<(syn::Error, Whose)>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Ours,
    /// Of syntax, which rustc has parsed before the macro ran.
    Rustc,
}

impl Errors {
    /// A mistake in these tokens: what is wrong, and what to write. An empty `help` is left out.
    pub(crate) fn at(&mut self, place: impl ToTokens, what: impl Display, help: impl Display) {
        self.push(syn::Error::new_spanned(ungrouped(place.into_token_stream()), text(what, help)));
    }

    /// A mistake that has no token of its own.
    pub(crate) fn at_span(&mut self, span: Span, what: impl Display, help: impl Display) {
        self.push(syn::Error::new(span, text(what, help)));
    }

    /// What the parser said.
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.0.push((error, Whose::Ours));
    }

    /// What the parser said about an item. rustc has said it too, unless it knows syntax that syn does not.
    pub(crate) fn push_syntax(&mut self, error: syn::Error) {
        self.0.push((error, Whose::Rustc));
    }

    /// The mistakes found elsewhere, after these.
    pub(crate) fn append(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One `compile_error!` for each mistake.
    pub(crate) fn into_tokens(self) -> TokenStream {
        let one = |(error, whose): &(syn::Error, Whose)| match whose {
            Whose::Ours => error.to_compile_error(),
            Whose::Rustc => last_resort(error),
        };
        self.0.iter().map(one).collect()
    }
}

/// An error that rustc reports only where there is no other: lints come last, and not after errors.
fn last_resort(error: &syn::Error) -> TokenStream {
    let note = format!("sockpact cannot read this: {error}");
    let unused = quote_spanned!(error.span()=> syntax(););
    quote! {
        const _: () = {
            #[must_use = #note]
            const fn syntax() -> bool { true }
            #[deny(unused_must_use)]
            const _: () = { #unused };
        };
    }
}

/// On stable a macro cannot attach a `help`: rustc indents the lines that follow a message, which looks alike.
fn text(what: impl Display, help: impl Display) -> String {
    let help = help.to_string();
    if help.is_empty() { what.to_string() } else { format!("{what}\nhelp: {help}") }
}
