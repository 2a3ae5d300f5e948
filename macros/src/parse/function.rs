//! A function endpoint: its signature parsed, its body as it came.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Signature, Visibility};

use super::mend;

pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) signature: Signature,
    /// `{ ... }`; or `;`, about which rustc complains.
    pub(crate) body: TokenStream,
}

impl Function {
    pub(crate) fn parse(trees: &[TokenTree]) -> syn::Result<Self> {
        // syn would read a body that it is given.
        let (head, last) = match trees.split_last() {
            Some((last @ TokenTree::Group(body), head)) if body.delimiter() == Delimiter::Brace => {
                (head, Some(last))
            }
            _ => (trees, None),
        };
        let parser = |input: ParseStream<'_>| {
            let (attributes, vis) = (input.call(Attribute::parse_outer)?, input.parse()?);
            let (signature, mut body) = (input.parse()?, input.parse::<TokenStream>()?);
            body.extend(last.cloned());
            Ok(Self { attributes, vis, signature, body })
        };
        parser.parse2(head.iter().cloned().collect())
    }

    /// What is wrong about the function, and reported, less what rustc would report too.
    pub(crate) fn mend(&mut self) {
        mend(&mut self.signature, &self.body);
        self.signature.generics.where_clause = None;
    }

    /// The attributes for what the function becomes; the others stay with what its body is in.
    ///
    /// Lint levels on the outer reach the inner too, and a deprecated inner would warn where it is called.
    pub(crate) fn outer_attributes(&self) -> impl Iterator<Item = &Attribute> {
        self.attributes.iter().filter(|attribute| is_outer(attribute))
    }

    /// The function as written, less its visibility and the attributes that go elsewhere.
    pub(crate) fn inner(&self) -> TokenStream {
        let Self { attributes, signature, body, .. } = self;
        let attributes = attributes.iter().filter(|attribute| !is_outer(attribute));
        // The attribute demands `async`, whether the body uses it or not.
        quote!(#(#attributes)* #[allow(clippy::unused_async)] #signature #body)
    }
}

fn is_outer(attribute: &Attribute) -> bool {
    ["doc", "cfg", "deprecated", "allow", "warn", "deny", "forbid", "expect"]
        .iter()
        .any(|name| attribute.path().is_ident(name))
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attributes, vis, signature, body } = self;
        tokens.extend(quote!(#(#attributes)* #vis #signature #body));
    }
}
