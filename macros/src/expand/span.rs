//! Where errors point.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// The spans of the first token and of the last: on stable they cannot be joined, but what is made of tokens with
/// these two spans reaches from one to the other.
pub(super) fn ends(ty: impl ToTokens) -> (Span, Span) {
    let mut trees = ty.to_token_stream().into_iter().map(|tree| tree.span());
    let first = trees.next().unwrap_or_else(Span::call_site);
    (first, trees.last().unwrap_or(first))
}

/// The same path, all of it here.
pub(super) fn respanned(path: &TokenStream, span: Span) -> TokenStream {
    let each = path.clone().into_iter().map(|mut tree| {
        tree.set_span(span);
        tree
    });
    each.collect()
}
