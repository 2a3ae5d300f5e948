//! The members of an `impl` block: where each ends is found before it is parsed, so that syn need not read the bodies.

use proc_macro2::{Delimiter, Punct, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Generics, ImplItem, Path, Signature, Token, Visibility};

use super::{attributes, keyword, mend, mentions};

pub(crate) enum Member {
    Method(Box<Method>),
    Other(Box<Other>),
}

/// Something other than a method, or a method that cannot be parsed, less its `#[on]`.
pub(crate) struct Other {
    pub(super) tokens: TokenStream,
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
    /// All of that, as it came.
    written: Vec<TokenTree>,
    /// `{ ... }`; or `;`, about which rustc complains.
    body: TokenTree,
}

impl Method {
    /// Whether an `#[on]` is in its body, as it is when a brace is missing and the body goes on through the block; rustc
    /// reports that. It says nothing of one that belongs to an endpoint of the body's own.
    pub(crate) fn swallows_handlers(&self) -> bool {
        let holds = |attribute| attributes::holds(self.body.clone().into(), attribute);
        holds("on") && !holds("endpoint")
    }

    /// As it was written, less `#[on]`.
    pub(super) fn into_trees(self) -> impl Iterator<Item = TokenTree> {
        self.written.into_iter().chain([self.body])
    }

    /// What is wrong about a handler, and reported, less what rustc would report too: of a block that is not generic
    /// also a `where` clause, which could only be false.
    pub(crate) fn mend(&mut self, block: &Generics) {
        if !self.on.is_empty() {
            mend(&mut self.signature, &self.body);
            if block.params.is_empty() {
                self.signature.generics.where_clause = None;
            }
            let Self { attributes, vis, defaultness, signature, .. } = self;
            self.written = quote!(#(#attributes)* #vis #defaultness #signature).into_iter().collect();
        }
    }
}

/// `#[on(...)]`
pub(crate) struct OnAttribute(pub(crate) Attribute);

/// The members in the braces of a block.
pub(super) fn members(tokens: TokenStream) -> Vec<Member> {
    pieces(tokens).into_iter().map(Piece::member).collect()
}

/// The tokens of a member, and what ends it: `{ ... }` or `;`.
struct Piece {
    head: Vec<TokenTree>,
    end: Option<TokenTree>,
}

fn pieces(tokens: TokenStream) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut head = Vec::new();
    let mut trees = flat(tokens).into_iter().peekable();
    while let Some(tree) = trees.next() {
        let in_type = match trees.peek() {
            Some(TokenTree::Punct(next)) => matches!(next.as_char(), '>' | ','),
            Some(TokenTree::Group(next)) => next.delimiter() == Delimiter::Brace,
            _ => false,
        };
        let ends = match &tree {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            // Of a method, or of a macro's call; not those in `Frame<{ LENGTH }>` and the like.
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => !in_type && !is_value(&head),
            // An inner attribute.
            TokenTree::Group(_) => {
                matches!(head.as_slice(), [TokenTree::Punct(_), TokenTree::Punct(bang)] if bang.as_char() == '!')
            }
            TokenTree::Ident(_) | TokenTree::Literal(_) => false,
        };
        if ends {
            pieces.push(Piece { head: std::mem::take(&mut head), end: Some(tree) });
        } else {
            head.push(tree);
        }
    }
    if !head.is_empty() {
        pieces.push(Piece { head, end: None });
    }
    pieces
}

/// Whether it is a constant or a type, whose braces are within its value.
fn is_value(head: &[TokenTree]) -> bool {
    let is_equals = |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == '=');
    let is_word =
        |tree: &TokenTree| matches!(tree, TokenTree::Ident(word) if word == "const" || word == "type");
    head.iter().any(is_equals) && head.iter().any(is_word) && keyword(head).as_deref() != Some("fn")
}

/// The tokens, and those of a whole member that a macro was given in place of it.
fn flat(tokens: TokenStream) -> Vec<TokenTree> {
    let mut flattened = Vec::new();
    for tree in tokens {
        match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                let inner = flat(group.stream());
                match inner.last() {
                    Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => {
                        flattened.extend(inner);
                    }
                    _ => flattened.push(group.into()),
                }
            }
            other => flattened.push(other),
        }
    }
    flattened
}

impl Piece {
    fn member(self) -> Member {
        let Self { mut head, end } = self;
        let Some(body) = end else {
            let error = syn::Error::new_spanned(head.last(), "expected `{`");
            return other(head, error);
        };
        let mut end = Punct::new(';', Spacing::Alone);
        end.set_span(body.span());
        let parser = |input: ParseStream<'_>| {
            let parsed = (Attribute::parse_outer(input)?, input.parse()?, input.parse()?, input.parse()?);
            input.parse::<Token![;]>()?;
            Ok(parsed)
        };
        match parser.parse2(head.iter().cloned().chain([end.into()]).collect()) {
            Ok((all, vis, defaultness, signature)) => {
                let (mut attributes, mut on, mut written) = (Vec::new(), Vec::new(), Vec::new());
                let mut trees = head.into_iter();
                for attribute in all {
                    let pound_and_brackets = trees.by_ref().take(2);
                    if is_on(&attribute) {
                        pound_and_brackets.for_each(drop);
                        on.push(OnAttribute(attribute));
                    } else {
                        written.extend(pound_and_brackets);
                        attributes.push(attribute);
                    }
                }
                written.extend(trees);
                Member::Method(Box::new(Method {
                    attributes,
                    on,
                    vis,
                    defaultness,
                    signature,
                    written,
                    body,
                }))
            }
            Err(error) => {
                head.push(body);
                other(head, error)
            }
        }
    }
}

/// The tokens are passed on, whatever they are.
fn other(trees: Vec<TokenTree>, error: syn::Error) -> Member {
    let mut tokens = TokenStream::new();
    let mut on = None;
    let mut trees = trees.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let attribute = trees.peek().and_then(|brackets| attribute(&tree, brackets));
        match attribute.filter(is_on) {
            Some(attribute) => {
                on = Some(OnAttribute(attribute));
                trees.next();
            }
            None => tokens.append(tree),
        }
    }
    let (broken, call) = match syn::parse2(tokens.clone()) {
        Ok(ImplItem::Macro(call)) => (None, Some(call.mac.path)),
        Ok(_) => (None, None),
        Err(_) if Attribute::parse_inner.parse2(tokens.clone()).is_ok_and(|inner| !inner.is_empty()) => {
            (None, None)
        }
        Err(_) => (Some(error), None),
    };
    Member::Other(Box::new(Other { tokens, on, broken, call }))
}

/// The attribute that these two are, if they are one.
fn attribute(pound: &TokenTree, brackets: &TokenTree) -> Option<Attribute> {
    let TokenTree::Punct(pound) = pound else { return None };
    let parsed = Attribute::parse_outer.parse2(quote!(#pound #brackets)).ok()?;
    <[_; 1]>::try_from(parsed).ok().map(|[attribute]| attribute)
}

/// `on`, by whichever path, since the crate may be renamed; or a condition for it, which is a mistake.
fn is_on(attribute: &Attribute) -> bool {
    let path = attribute.path();
    path.segments.last().is_some_and(|name| name.ident == "on")
        || path.is_ident("cfg_attr") && mentions(attribute.meta.to_token_stream(), "on")
}
