//! Where errors point.

use proc_macro2::Span;
use quote::ToTokens;
use syn::{PathArguments, Type};

/// The spans of the first token and of the last: on stable they cannot be joined, but what is made of tokens with
/// these two spans reaches from one to the other.
pub(super) fn ends(ty: &Type) -> (Span, Span) {
    near(ty).unwrap_or_else(|| {
        let mut trees = ty.to_token_stream().into_iter().map(|tree| tree.span());
        let first = trees.next().unwrap_or_else(Span::call_site);
        (first, trees.last().unwrap_or(first))
    })
}

/// Where they can be had without the tokens, which go to the compiler and back.
fn near(ty: &Type) -> Option<(Span, Span)> {
    match ty {
        Type::Path(ty) if ty.qself.is_none() => {
            let (path, name) = (&ty.path, ty.path.segments.last()?);
            let first =
                path.leading_colon.map_or(path.segments.first()?.ident.span(), |colon| colon.spans[0]);
            match &name.arguments {
                PathArguments::None => Some((first, name.ident.span())),
                PathArguments::AngleBracketed(arguments) => Some((first, arguments.gt_token.span)),
                PathArguments::Parenthesized(_) => None,
            }
        }
        Type::Reference(ty) => Some((ty.and_token.span, near(&ty.elem)?.1)),
        _ => None,
    }
}
