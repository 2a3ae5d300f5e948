//! What can be told of a type by how it is written.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{FnArg, GenericArgument, Lifetime, PathArguments, PathSegment, Signature, Type};

use super::regroup;

/// Whether a type has the name of a payload that is public and of one kind. A type of the user's with such a name
/// has only to be visible, and is not asked what it carries.
pub(crate) fn is_payload(ty: &Type) -> bool {
    let Some(name) = last_segment(ty) else { return false };
    match &name.arguments {
        PathArguments::None => matches!(name.ident.to_string().as_str(), "String" | "Text" | "Bytes"),
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
            let name = only.ident.to_string();
            name == "String" || PRIMITIVE.contains(&name.as_str())
        }
        [only] => {
            let name = only.ident.to_string();
            matches!(name.as_str(), "Vec" | "Option" | "Result" | "Box" | "Rc" | "Arc")
        }
        [first, ..] => first.ident == "std",
        [] => false,
    }
}

/// Whether a type, by its last name, is one of sockpact's own.
pub(crate) fn is_named(ty: &Type, own: &str) -> bool {
    last_segment(ty).is_some_and(|name| name.ident == own)
}

/// A type that a macro of the user's was given comes in a group of its own.
pub(crate) fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungrouped(&group.elem),
        Type::Paren(paren) => ungrouped(&paren.elem),
        other => other,
    }
}

pub(crate) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ungrouped(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// Whether a trait's associated type can be this one, as far as can be told.
pub(crate) fn can_be_associated(ty: &Type) -> bool {
    let is_opaque = ["impl", "_"].iter().any(|word| mentions(ty, word));
    !is_opaque && !borrows(ty) && !has_no_size(ty)
}

/// `str`, `[T]` or `dyn Trait`
pub(crate) fn has_no_size(ty: &Type) -> bool {
    match ungrouped(ty) {
        Type::Path(path) => path.path.is_ident("str"),
        Type::Slice(_) | Type::TraitObject(_) => true,
        _ => false,
    }
}

/// Whether there is nothing in a type but names. Most are, and asking its tokens for a word costs more.
fn is_plain(ty: &Type) -> bool {
    let all_plain = |name: &PathSegment| match &name.arguments {
        PathArguments::None => true,
        PathArguments::AngleBracketed(arguments) => arguments
            .args
            .iter()
            .all(|argument| matches!(argument, GenericArgument::Type(ty) if is_plain(ty))),
        PathArguments::Parenthesized(_) => false,
    };
    matches!(ty, Type::Path(path) if path.qself.is_none() && path.path.segments.iter().all(all_plain))
}

/// Whether this word, which is no name, is anywhere in the type.
pub(crate) fn mentions(ty: &Type, word: &str) -> bool {
    let asked = match ty {
        Type::Reference(reference) if reference.lifetime.is_none() => &reference.elem,
        other => other,
    };
    !is_plain(asked) && super::mentions(asked.to_token_stream(), word)
}

/// Whether there is a reference in the type that may end before the program does.
pub(crate) fn borrows(ty: &Type) -> bool {
    !lifetimes(ty).is_empty() || !is_plain(ty) && holds_reference(ty.to_token_stream())
}

/// Whether there is a `&` without a lifetime, but for what a function takes, and in a constant.
pub(crate) fn holds_reference(tokens: TokenStream) -> bool {
    let mut after_name = false;
    let mut trees = tokens.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let is_reference = match &tree {
            TokenTree::Punct(punct) if punct.as_char() == '&' => {
                !matches!(trees.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '\'')
            }
            TokenTree::Group(group) if !after_name && group.delimiter() != Delimiter::Brace => {
                holds_reference(group.stream())
            }
            _ => false,
        };
        if is_reference {
            return true;
        }
        after_name = matches!(tree, TokenTree::Ident(_));
    }
    false
}

/// The lifetimes in a type that may end before the program does.
pub(crate) fn lifetimes(ty: &Type) -> Vec<Lifetime> {
    if is_plain(ty) { Vec::new() } else { lifetimes_in(ty.to_token_stream()) }
}

fn lifetimes_in(tokens: TokenStream) -> Vec<Lifetime> {
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
            TokenTree::Group(group) => lifetimes.append(&mut lifetimes_in(group.stream())),
            _ => {}
        }
    }
    lifetimes
}

/// The same with `'static` for each lifetime.
pub(crate) fn forever(tokens: TokenStream) -> TokenStream {
    let mut after_apostrophe = false;
    let each = tokens.into_iter().map(|tree| {
        let is_name = std::mem::replace(
            &mut after_apostrophe,
            matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == '\''),
        );
        match tree {
            TokenTree::Ident(name) if is_name => Ident::new("static", name.span()).into(),
            TokenTree::Group(group) => regroup(&group, forever(group.stream())),
            other => other,
        }
    });
    each.collect()
}

/// A type as its user wrote it, nearly.
pub(crate) fn written(ty: &Type) -> String {
    ty.to_token_stream().to_string().replace(" :: ", "::").replace(" < ", "<").replace(" >", ">")
}

/// Whether two types are written alike.
pub(crate) fn are_alike(one: &Type, other: &Type) -> bool {
    let name = |ty| last_segment(ty).map(|name| &name.ident);
    // Mostly the names differ, and what is written need not be asked for.
    name(one) == name(other) && one.to_token_stream().to_string() == other.to_token_stream().to_string()
}

/// `&Peer`, under its own name.
pub(crate) fn is_peer(ty: &Type) -> bool {
    matches!(ungrouped(ty), Type::Reference(reference) if is_named(&reference.elem, "Peer"))
}

/// The types of the arguments, less `self`.
pub(crate) fn of_arguments(signature: &Signature) -> Vec<&Type> {
    let typed = signature.inputs.iter().filter_map(|argument| match argument {
        FnArg::Typed(typed) => Some(&*typed.ty),
        FnArg::Receiver(_) => None,
    });
    typed.collect()
}
