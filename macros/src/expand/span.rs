//! Where errors point.

use proc_macro2::Span;
use quote::ToTokens;

/// The spans of the first token and of the last: on stable they cannot be joined, but what is made of tokens with
/// these two spans reaches from one to the other.
pub(super) fn ends(ty: impl ToTokens) -> (Span, Span) {
    let mut trees = ty.to_token_stream().into_iter().map(|tree| tree.span());
    let first = trees.next().unwrap_or_else(Span::call_site);
    (first, trees.last().unwrap_or(first))
}
