//! An `impl` block: its header and its methods' signatures parsed, their bodies as they came.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Generics, Ident, ImplItem, ItemImpl, Path, Signature, Token, Type, Visibility, token};

use super::{allowed, mend, mentions, regroup, unused};

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

pub(crate) enum Member {
    Method(Box<Method>),
    Other(Box<Other>),
}

/// Something other than a method, or a method that cannot be parsed, less its `#[on]`.
pub(crate) struct Other {
    tokens: TokenStream,
    pub(crate) on: Option<OnAttribute>,
    pub(crate) broken: Option<syn::Error>,
    /// The path of a macro that is called there.
    pub(crate) call: Option<Path>,
}

pub(crate) struct Method {
    /// Without `#[on]`.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) on: Vec<OnAttribute>,
    vis: Visibility,
    defaultness: Option<Token![default]>,
    pub(crate) signature: Signature,
    /// `{ ... }`; or `;`, about which rustc complains.
    body: TokenTree,
}

impl Method {
    /// Whether an `#[on]` is in its body, as it is when a brace is missing and the body goes on through the block.
    pub(crate) fn swallows_handlers(&self) -> bool {
        holds_on(self.body.clone().into())
    }

    /// What is wrong about a handler, and reported, less what rustc would report too: of a block that is not generic
    /// also a `where` clause, which could only be false.
    pub(crate) fn mend(&mut self, block: &Generics) {
        if !self.on.is_empty() {
            mend(&mut self.signature, &self.body);
            if block.params.is_empty() {
                self.signature.generics.where_clause = None;
            }
        }
    }
}

/// `#[on(...)]`
pub(crate) struct OnAttribute(pub(crate) Attribute);

impl Block {
    pub(crate) fn parse(mut header: Vec<TokenTree>, krate: &TokenStream) -> syn::Result<Self> {
        let braces = match header.pop() {
            Some(TokenTree::Group(braces)) => braces,
            last => return Err(syn::Error::new_spanned(last, "expected `{`")),
        };
        let empty = regroup(&braces, TokenStream::new());
        // syn parses the header; the members it would parse with their bodies.
        let ItemImpl { attrs, impl_token, generics, trait_, self_ty, .. } =
            syn::parse2(header.iter().cloned().chain(empty).collect())?;
        Ok(Self {
            attributes: attrs,
            impl_token,
            generics,
            implements: trait_.map(|(path, _)| path),
            self_type: *self_ty,
            members: (|input: ParseStream<'_>| members(input, krate)).parse2(braces.stream())?,
            header,
            braces,
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
}

fn members(input: ParseStream<'_>, krate: &TokenStream) -> syn::Result<Vec<Member>> {
    let mut members = Vec::new();
    let inner = input.call(Attribute::parse_inner)?;
    let inner = Other { tokens: quote!(#(#inner)*), on: None, broken: None, call: None };
    members.push(Member::Other(Box::new(inner)));
    while !input.is_empty() {
        let fork = input.fork();
        match method(&fork, krate) {
            Ok(method) => {
                input.advance_to(&fork);
                members.push(Member::Method(Box::new(method)));
            }
            Err(error) => members.push(other(input, krate, error)?),
        }
    }
    Ok(members)
}

fn method(input: ParseStream<'_>, krate: &TokenStream) -> syn::Result<Method> {
    let (on, attributes) =
        input.call(Attribute::parse_outer)?.into_iter().partition(|attribute| is_on(attribute, krate));
    let on: Vec<Attribute> = on;
    let method = Method {
        attributes,
        on: on.into_iter().map(OnAttribute).collect(),
        vis: input.parse()?,
        defaultness: input.parse()?,
        signature: input.parse()?,
        body: if input.peek(token::Brace) || input.peek(Token![;]) {
            input.parse()?
        } else {
            return Err(input.error("expected `{`"));
        },
    };
    Ok(method)
}

/// Tokens up to the end of an item, as far as that can be told; they are passed on whatever they are.
fn other(input: ParseStream<'_>, krate: &TokenStream, error: syn::Error) -> syn::Result<Member> {
    let mut tokens = TokenStream::new();
    let mut on = None;
    let (mut is_value, mut is_method) = (false, false);
    while !input.is_empty() {
        if input.peek(Token![#])
            && let Ok([attribute]) = <[_; 1]>::try_from(attribute(input))
        {
            if is_on(&attribute, krate) {
                on = Some(OnAttribute(attribute));
            } else {
                attribute.to_tokens(&mut tokens);
            }
            continue;
        }
        // A constant's braces are within its value.
        is_value |=
            !is_method && (input.peek(Token![type]) || input.peek(Token![const]) && input.peek2(Ident));
        is_method |= input.peek(Token![fn]);
        let last = input.peek(token::Brace) && !is_value || input.peek(Token![;]);
        tokens.extend([input.parse::<TokenTree>()?]);
        if last {
            break;
        }
    }
    let (broken, call) = match syn::parse2(tokens.clone()) {
        Ok(ImplItem::Macro(call)) => (None, Some(call.mac.path)),
        Ok(_) => (None, None),
        Err(_) => (Some(error), None),
    };
    Ok(Member::Other(Box::new(Other { tokens, on, broken, call })))
}

/// Whether there is a `[on(...)]` at any depth.
fn holds_on(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
            matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(word)) if word == "on")
        }
        TokenTree::Group(group) => holds_on(group.stream()),
        _ => false,
    })
}

/// The next attribute alone; nothing when what follows `#` is none.
fn attribute(input: ParseStream<'_>) -> Vec<Attribute> {
    let fork = input.fork();
    let (Ok(pound), Ok(brackets)) = (fork.parse::<Token![#]>(), fork.parse::<Group>()) else {
        return Vec::new();
    };
    let parsed = Attribute::parse_outer.parse2(quote!(#pound #brackets)).unwrap_or_default();
    if parsed.len() == 1 {
        input.advance_to(&fork);
    }
    parsed
}

/// `on`, or `on` in the runtime crate; or a condition for it, which is a mistake.
fn is_on(attribute: &Attribute, krate: &TokenStream) -> bool {
    let path = attribute.path();
    if path.is_ident("on") || path.is_ident("cfg_attr") && mentions(attribute.meta.to_token_stream(), "on") {
        return true;
    }
    let words = |tokens: TokenStream| -> Vec<String> {
        let mut words: Vec<_> = tokens.into_iter().map(|tree| tree.to_string()).collect();
        if words.first().is_some_and(|word| word == ":") {
            words.drain(..2);
        }
        words
    };
    let mut of_crate = words(krate.clone());
    of_crate.extend([":", ":", "on"].map(str::to_owned));
    words(path.to_token_stream()) == of_crate
}

/// The block as written, less `#[on]`.
///
/// What is allowed to handlers is allowed to the block where there is nothing else in it: rustc reads each attribute.
impl ToTokens for Block {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let is_handler = |member: &Member| match member {
            Member::Method(method) => !method.on.is_empty(),
            Member::Other(other) => other.tokens.is_empty(),
        };
        let only_handlers = self.members.iter().all(is_handler);
        if only_handlers {
            tokens.extend(unused());
        }
        tokens.append_all(&self.header);
        let mut members = TokenStream::new();
        for member in &self.members {
            match member {
                Member::Method(method) => {
                    if !only_handlers && !method.on.is_empty() {
                        members.extend(unused());
                    }
                    method.to_tokens(&mut members);
                }
                Member::Other(other) => other.tokens.to_tokens(&mut members),
            }
        }
        tokens.extend(regroup(&self.braces, members));
    }
}

impl ToTokens for Method {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attributes, on: _, vis, defaultness, signature, body } = self;
        tokens.append_all(attributes);
        vis.to_tokens(tokens);
        defaultness.to_tokens(tokens);
        signature.to_tokens(tokens);
        body.to_tokens(tokens);
    }
}
