//! The contract: a constant and three types.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Attribute, GenericParam, Generics, Type};

use super::span::ends;
use crate::model::{Contract, Handler, Kind, Role};
use crate::parse::{self, Block, types};

/// `const CONTRACT`
pub(crate) fn constant(contract: &Contract) -> TokenStream {
    let Contract { krate, subprotocols, max_text, max_binary, .. } = contract;
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
    quote! {
        const CONTRACT: #krate::__private::Contract =
            #krate::__private::Contract::new(#krate::__private::Accepts::#accepts)
                #subprotocols #max_text #max_binary;
    }
}

/// `type Text`, `type Binary` and `type Sends`: the types of the handlers' arguments, and of what is sent. A bound
/// that fails is reported here.
pub(crate) fn types(contract: &Contract, handlers: &[Handler]) -> TokenStream {
    each_type(contract, handlers, |_, ty| ty.to_token_stream())
}

/// The same three, where `Types` has them: each is all at the type it stands for, since errors are too.
pub(crate) fn projections(contract: &Contract, handlers: &[Handler]) -> TokenStream {
    let krate = &contract.krate;
    each_type(contract, handlers, |name, ty| {
        // What is public need not come by a way that rustc has to follow.
        if types::is_payload(ty) {
            return ty.to_token_stream();
        }
        let (first, last) = ends(ty);
        let name = Ident::new(name, last);
        let this = quote_spanned!(first=> <Self as);
        quote!(#this #krate::__private::Types>::#name)
    })
}

fn each_type(
    contract: &Contract,
    handlers: &[Handler],
    write: impl Fn(&str, &Type) -> TokenStream,
) -> TokenStream {
    let krate = &contract.krate;
    let one = |kind: Kind| {
        let name = match kind {
            Kind::Text => "Text",
            Kind::Binary => "Binary",
        };
        let nothing = quote!(#krate::__private::Infallible);
        let nothing = associated(name, &nothing, Span::call_site(), Span::call_site());
        let handled = handlers.iter().filter(|handler| handler.role.handles(kind));
        let types: TokenStream = handled
            .filter(|_| contract.declared(kind).is_some())
            .filter_map(|handler| handler.message.as_ref().map(|message| (handler, message)))
            .map(|(handler, message)| {
                let cfg = &handler.cfg;
                let (first, last) = ends(message);
                let item = associated(name, &write(name, message), first, last);
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
    let sends = match &contract.sends {
        Some(sends) => {
            let (first, last) = ends(sends);
            associated("Sends", &write("Sends", sends), first, last)
        }
        None => quote!(type Sends = #krate::__private::Message;),
    };
    quote!(#text #binary #sends)
}

/// Whether one of the types may be more private than the endpoint, which a public trait's type must not be (E0446).
pub(crate) fn may_be_private(contract: &Contract, handlers: &[Handler]) -> bool {
    let messages = handlers.iter().filter(|handler| handler.role != Role::Invalid);
    let mut types = messages.filter_map(|handler| handler.message.as_ref()).chain(&contract.sends);
    types.any(|ty| !types::is_payload(ty))
}

/// An error for each handler whose message carries a kind that the handler does not handle.
///
/// It names the type by way of the endpoint, so that one that does not exist is not reported here too. An item that
/// stands alone cannot name the parameters of a generic block: there it names the type itself, if that has none.
pub(crate) fn carried(
    contract: &Contract,
    handlers: &[Handler],
    endpoint: &TokenStream,
    generics: &Generics,
) -> TokenStream {
    let krate = &contract.krate;
    let one = |handler: &Handler| {
        let message = handler
            .message
            .as_ref()
            .filter(|message| !types::is_payload(message) && !types::is_named(message, "Json"))?;
        let handled = |kind: &Kind| handler.role.handles(*kind) && contract.declared(*kind).is_some();
        let (own, other) = match Kind::ALL.map(|kind| handled(&kind)) {
            [true, false] => (Kind::Text, Kind::Binary),
            [false, true] => (Kind::Binary, Kind::Text),
            _ => return None,
        };
        let (first, last) = ends(message);
        let (name, own_name, other_name) = (&handler.name, own.as_str(), other.as_str());
        let written = written(message);
        let text = if contract.declared(other).is_some() {
            format!(
                "`{written}` carries `{other_name}` messages, which `{name}` does not handle\n\
                 help: write `#[on(message)]` in place of `#[on({own_name})]`, or take a type of `{own_name}` alone"
            )
        } else {
            format!(
                "`{written}` carries `{other_name}` messages, which this endpoint does not accept\n\
                 help: add `{other_name}` to `#[endpoint(...)]`, or take a type of `{own_name}` alone"
            )
        };
        let cfg = &handler.cfg;
        let ty = match own {
            Kind::Text => quote!(Text),
            Kind::Binary => quote!(Binary),
        };
        let ty = if generics.params.is_empty() {
            quote!(<#endpoint as #krate::__private::Endpoint>::#ty)
        } else if is_free_of(generics, message) {
            message.to_token_stream()
        } else {
            return None;
        };
        let carried = quote!(#krate::__private::Carried::<#ty>::BOTH);
        let assert = quote_spanned!(first=> ::core::assert!);
        let mut condition = Group::new(Delimiter::Parenthesis, quote!(!#carried, #text));
        condition.set_span(last);
        Some(quote! {
            #(#cfg)*
            const _: () = {
                use #krate::__private::CarriesOne as _;
                #assert #condition;
            };
        })
    };
    handlers.iter().filter_map(one).collect()
}

/// Whether a type means the same outside of the block.
fn is_free_of(generics: &Generics, ty: &Type) -> bool {
    let mentions = |name: &str| parse::mentions(ty.to_token_stream(), name);
    let named = |parameter: &GenericParam| match parameter {
        GenericParam::Type(parameter) => mentions(&parameter.ident.to_string()),
        GenericParam::Const(parameter) => mentions(&parameter.ident.to_string()),
        GenericParam::Lifetime(_) => false,
    };
    !mentions("Self") && !generics.params.iter().any(named)
}

/// A type as its user wrote it, nearly.
fn written(ty: &Type) -> String {
    ty.to_token_stream().to_string().replace(" :: ", "::").replace(" < ", "<").replace(" >", ">")
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

/// `type Name = Type;`, where all of it is at the type.
fn associated(name: &str, ty: &TokenStream, first: Span, last: Span) -> TokenStream {
    let keyword = quote_spanned!(first=> type);
    let name = Ident::new(name, last);
    let (equals, end) = (quote_spanned!(last=> =), quote_spanned!(last=> ;));
    quote!(#keyword #name #equals #ty #end)
}
