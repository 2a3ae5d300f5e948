//! Attributes among tokens that are not parsed, known by the last name of their path: the crate may be renamed.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// The tokens of the path that an attribute's brackets begin with.
pub(super) fn path(brackets: &Group) -> impl Iterator<Item = TokenTree> {
    brackets.stream().into_iter().take_while(|tree| match tree {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(punct) => punct.as_char() == ':',
        _ => false,
    })
}

/// The last name of that path.
pub(super) fn name(brackets: &Group) -> Option<String> {
    path(brackets).last().map(|name| name.to_string())
}

/// Whether these two are an attribute of that name. Without `#` before them, `[on, off]` is an array.
pub(super) fn is(before: Option<&TokenTree>, tree: &TokenTree, attribute: &str) -> bool {
    let (Some(TokenTree::Punct(pound)), TokenTree::Group(brackets)) = (before, tree) else { return false };
    pound.as_char() == '#'
        && brackets.delimiter() == Delimiter::Bracket
        && name(brackets).as_deref() == Some(attribute)
}

/// Whether an attribute of that name is at any depth.
pub(super) fn holds(tokens: TokenStream, attribute: &str) -> bool {
    let mut before = None;
    tokens.into_iter().any(|tree| {
        let found = is(before.as_ref(), &tree, attribute)
            || matches!(&tree, TokenTree::Group(group) if holds(group.stream(), attribute));
        before = Some(tree);
        found
    })
}
