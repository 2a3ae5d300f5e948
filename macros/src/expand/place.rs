//! Where an implementation stands, and how it names the runtime there.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::{Path, Token};

/// As tokens it is the path of what generated code names.
///
/// It and [`Own`] write their tokens where they stand, as the syntax of syn does: a stream within another is three
/// more calls of the compiler.
#[derive(Clone, Copy)]
pub(crate) enum Place<'a> {
    /// Beside a block, where that is imported: handlers are `Self::name(self, ...)`.
    Block,
    /// Within a function, by the path of the runtime crate: the handler is `name(...)`. The path has to stand in the
    /// function's signature too, so that an import of it would be a second error where it is wrong.
    Function(&'a Path),
}

impl ToTokens for Place<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let here = Span::call_site();
        match self {
            Self::Block => Ident::new("__sockpact", here).to_tokens(tokens),
            Self::Function(krate) => {
                krate.to_tokens(tokens);
                Token![::](here).to_tokens(tokens);
                Ident::new("__private", here).to_tokens(tokens);
            }
        }
    }
}

/// Something of the runtime's, such as `__sockpact::Message`.
#[derive(Clone, Copy)]
pub(super) struct Own<'a>(pub(super) Place<'a>, pub(super) &'static str);

impl ToTokens for Own<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self(place, name) = self;
        place.to_tokens(tokens);
        Token![::](Span::call_site()).to_tokens(tokens);
        Ident::new(name, Span::call_site()).to_tokens(tokens);
    }
}
