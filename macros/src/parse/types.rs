//! What can be told of a type by how it is written.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{FnArg, GenericArgument, Lifetime, PathArguments, PathSegment, Signature, Type};

/// Whether a type has the name of a payload that is public and of one kind. A type of the user's with such a name
/// has only to be visible, and is not asked what it carries.
pub(crate) fn is_payload(ty: &Type) -> bool {
    let Some(name) = last_segment(ty) else { return false };
    match &name.arguments {
        PathArguments::None => ["String", "Text", "Bytes"].iter().any(|payload| name.ident == payload),
        PathArguments::AngleBracketed(arguments) if name.ident == "Vec" => {
            matches!(arguments.args.first(), Some(GenericArgument::Type(Type::Path(element))) if element.path.is_ident("u8"))
        }
        _ => false,
    }
}

/// Whether a type has a name that is the language's or the standard library's, as far as that can be told.
pub(crate) fn is_of_std(ty: &Type) -> bool {
    const PRIMITIVE: [&str; 17] = [
        "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
        "isize", "f32", "f64",
    ];
    let Type::Path(path) = ty else { return false };
    let segments: Vec<_> = path.path.segments.iter().collect();
    match segments.as_slice() {
        [only] if only.arguments.is_none() => {
            only.ident == "String" || PRIMITIVE.iter().any(|name| only.ident == name)
        }
        [only] => ["Vec", "Option", "Result", "Box"].iter().any(|name| only.ident == name),
        [first, ..] => first.ident == "std",
        [] => false,
    }
}

/// Whether a type, by its last name, is one of sockpact's own.
pub(crate) fn is_named(ty: &Type, own: &str) -> bool {
    last_segment(ty).is_some_and(|name| name.ident == own)
}

pub(crate) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// Whether a trait's associated type can be this one, as far as can be told.
pub(crate) fn can_be_associated(ty: &Type) -> bool {
    let is_opaque = matches!(ty, Type::ImplTrait(_) | Type::TraitObject(_));
    let borrows = matches!(ty, Type::Reference(reference) if reference.lifetime.is_none())
        || !lifetimes(ty.to_token_stream()).is_empty();
    !is_opaque && !borrows && !has_no_size(ty)
}

/// `str` or `[T]`
pub(crate) fn has_no_size(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => path.path.is_ident("str"),
        Type::Slice(_) => true,
        _ => false,
    }
}

/// The lifetimes in these tokens that may end before the program does.
pub(crate) fn lifetimes(tokens: TokenStream) -> Vec<Lifetime> {
    let mut lifetimes = Vec::new();
    let mut trees = tokens.into_iter();
    while let Some(tree) = trees.next() {
        match tree {
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                if let Some(TokenTree::Ident(ident)) = trees.next()
                    && ident != "static"
                {
                    lifetimes.push(Lifetime { apostrophe: punct.span(), ident });
                }
            }
            TokenTree::Group(group) => lifetimes.append(&mut self::lifetimes(group.stream())),
            _ => {}
        }
    }
    lifetimes
}

/// `&Peer`, under its own name.
pub(crate) fn is_peer(ty: &Type) -> bool {
    matches!(ty, Type::Reference(reference) if is_named(&reference.elem, "Peer"))
}

/// The types of the arguments, less `self`.
pub(crate) fn of_arguments(signature: &Signature) -> Vec<&Type> {
    let typed = signature.inputs.iter().filter_map(|argument| match argument {
        FnArg::Typed(typed) => Some(&*typed.ty),
        FnArg::Receiver(_) => None,
    });
    typed.collect()
}
