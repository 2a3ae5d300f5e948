//! The contract: a constant and three types.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Attribute;

use super::span::ends;
use crate::model::{Contract, Handler, Kind};
use crate::parse::{self, Block};

/// `const CONTRACT`, and what is sent.
pub(crate) fn declarations(contract: &Contract) -> TokenStream {
    let Contract { krate, subprotocols, max_text, max_binary, sends, .. } = contract;
    let accepts = match (&contract.text, &contract.binary) {
        (Some(_), None) => quote!(Text),
        (None, Some(_)) => quote!(Binary),
        _ => quote!(Both),
    };
    let subprotocols = (!subprotocols.is_empty()).then(|| quote!(.subprotocols(&[#(#subprotocols),*])));
    let limit = |name: &str, limit: &Option<u64>| {
        limit.map(|limit| {
            let (name, limit) = (format_ident!("{name}"), Literal::u64_unsuffixed(limit));
            quote!(.#name(#limit))
        })
    };
    let (max_text, max_binary) = (limit("max_text", max_text), limit("max_binary", max_binary));
    let sends = match sends {
        Some(sends) => associated("Sends", sends),
        None => associated("Sends", quote!(#krate::__private::Message)),
    };
    quote! {
        const CONTRACT: #krate::__private::Contract =
            #krate::__private::Contract::new(#krate::__private::Accepts::#accepts)
                #subprotocols #max_text #max_binary;
        #sends
    }
}

/// What messages decode to: the types of the handlers' arguments. A bound that fails is reported here.
pub(crate) fn types(contract: &Contract, handlers: &[Handler]) -> TokenStream {
    let krate = &contract.krate;
    let one = |kind: Kind| {
        let name = match kind {
            Kind::Text => "Text",
            Kind::Binary => "Binary",
        };
        let nothing = associated(name, quote!(#krate::__private::Infallible));
        let handled = handlers.iter().filter(|handler| handler.role.handles(kind));
        let types: TokenStream = handled
            .filter(|_| contract.declared(kind).is_some())
            .map(|Handler { cfg, message, .. }| {
                let item = associated(name, message);
                quote!(#(#cfg)* #item)
            })
            .collect();
        if types.is_empty() {
            return nothing;
        }
        let absent = none_of(handlers, kind).map(|cfg| quote!(#cfg #nothing));
        quote!(#types #absent)
    };
    let (text, binary) = (one(Kind::Text), one(Kind::Binary));
    quote!(#text #binary)
}

/// An error for each kind of which no handler is left by their `#[cfg]`s.
pub(crate) fn absent(contract: &Contract, block: &Block, handlers: &[Handler]) -> TokenStream {
    let cfg = parse::cfg(&block.attributes);
    let one = |kind: Kind| {
        let (declared, absent) = (contract.declared(kind)?, none_of(handlers, kind)?);
        let message = format!("`{declared}` messages are accepted, but `#[cfg]` leaves no handler for them");
        let error = quote_spanned!(declared.span()=> ::core::compile_error! { #message });
        Some(quote!(#(#cfg)* #absent #error))
    };
    Kind::ALL.into_iter().filter_map(one).collect()
}

/// The `#[cfg]` that is on when every handler of this kind is off; nothing if one is always there.
fn none_of(handlers: &[Handler], kind: Kind) -> Option<TokenStream> {
    let all = |cfg: &[Attribute]| {
        let predicates: Option<Vec<_>> =
            cfg.iter().map(|attribute| attribute.meta.require_list().ok().map(|list| &list.tokens)).collect();
        predicates.filter(|predicates| !predicates.is_empty()).map(|predicates| quote!(all(#(#predicates),*)))
    };
    let handled = handlers.iter().filter(|handler| handler.role.handles(kind));
    let each: Vec<_> = handled.map(|handler| all(&handler.cfg)).collect::<Option<_>>()?;
    (!each.is_empty()).then(|| quote!(#[cfg(not(any(#(#each),*)))]))
}

/// `type Name = Type;`, where all of it is at the type: rustc points at the name when the type is private.
fn associated(name: &str, ty: impl ToTokens) -> TokenStream {
    let (first, last) = ends(&ty);
    let keyword = quote_spanned!(first=> type);
    let name = Ident::new(name, last);
    let (equals, end) = (quote_spanned!(last=> =), quote_spanned!(last=> ;));
    quote!(#keyword #name #equals #ty #end)
}
