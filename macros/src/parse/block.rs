//! An `impl` block: its header and its methods' signatures parsed, their bodies as they came.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{TokenStreamExt, quote};
use syn::{Attribute, Generics, ItemImpl, Path, Token, Type};

use super::members::{Member, members};
use super::{allowed, regroup};

pub(crate) struct Block {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) impl_token: Token![impl],
    pub(crate) generics: Generics,
    /// The trait, of which there should be none.
    pub(crate) implements: Option<Path>,
    pub(crate) self_type: Type,
    pub(crate) members: Vec<Member>,
    /// The header's tokens, and the braces.
    header: Vec<TokenTree>,
    braces: Group,
}

impl Block {
    pub(crate) fn parse(trees: &[TokenTree]) -> syn::Result<Self> {
        let Some((TokenTree::Group(braces), header)) = trees.split_last() else {
            return Err(syn::Error::new_spanned(trees.last(), "expected `{`"));
        };
        let empty = [regroup(braces, TokenStream::new())];
        // syn parses the header; the members it would parse with their bodies.
        let ItemImpl { attrs, impl_token, generics, trait_, self_ty, .. } =
            syn::parse2(header.iter().cloned().chain(empty).collect())?;
        Ok(Self {
            attributes: attrs,
            impl_token,
            generics,
            implements: trait_.map(|(path, _)| path),
            self_type: *self_ty,
            members: members(braces.stream()),
            header: header.to_vec(),
            braces: braces.clone(),
        })
    }

    /// What is allowed to it or to a handler.
    pub(crate) fn allowed(&self) -> impl Iterator<Item = TokenStream> {
        let of_handlers = self.members.iter().filter_map(|member| match member {
            Member::Method(method) if !method.on.is_empty() => Some(&method.attributes),
            _ => None,
        });
        allowed([&self.attributes].into_iter().chain(of_handlers).flatten())
    }

    /// Whether there is something in it that cannot be parsed.
    pub(crate) fn is_broken(&self) -> bool {
        self.members.iter().any(|member| matches!(member, Member::Other(other) if other.broken.is_some()))
    }

    /// As it was written: rustc says again of what it cannot parse that it cannot, if it comes in other braces.
    pub(crate) fn as_written(&self) -> TokenStream {
        let braces = TokenTree::from(self.braces.clone());
        self.header.iter().cloned().chain([braces]).collect()
    }

    /// The macros that are called in it, which are expanded later than this one.
    pub(crate) fn calls(&self) -> impl Iterator<Item = &Path> {
        self.members.iter().filter_map(|member| match member {
            Member::Other(other) => other.call.as_ref(),
            Member::Method(_) => None,
        })
    }

    /// The block as written, less `#[on]`.
    ///
    /// What is allowed to handlers is allowed to the block where there is nothing else in it: rustc reads each
    /// attribute.
    pub(crate) fn into_tokens(self) -> TokenStream {
        let is_handler = |member: &Member| match member {
            Member::Method(method) => !method.on.is_empty(),
            Member::Other(_) => false,
        };
        let only_handlers = self.members.iter().all(is_handler);
        let mut members = TokenStream::new();
        for member in self.members {
            match member {
                Member::Method(method) => {
                    if !only_handlers && !method.on.is_empty() {
                        members.extend(unused());
                    }
                    members.append_all(method.into_trees());
                }
                Member::Other(other) => members.extend(other.tokens),
            }
        }
        let mut block = if only_handlers { unused() } else { TokenStream::new() };
        block.append_all(self.header);
        block.append(regroup(&self.braces, members));
        block
    }
}

/// For what the attribute demands of a handler, whether its body uses it or not: `async`, and `&mut self`.
fn unused() -> TokenStream {
    quote!(#[allow(clippy::unused_async, clippy::unused_self, clippy::needless_pass_by_ref_mut)])
}
