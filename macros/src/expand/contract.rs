//! The contract: a constant and three types.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, GenericParam, Generics, Token, Type};

use super::place::{Own, Place};
use super::span::ends;
use crate::model::{Contract, Handler, Kind};
use crate::parse::{self, Block, types};

/// `const CONTRACT`
pub(crate) fn constant(contract: &Contract, place: Place<'_>) -> TokenStream {
    let accepts = match (&contract.text, &contract.binary) {
        (Some(_), None) => "Text",
        (None, Some(_)) => "Binary",
        _ => "Both",
    };
    let accepts = Ident::new(accepts, Span::call_site());
    let subprotocols = Some(&contract.subprotocols).filter(|names| !names.is_empty()).into_iter();
    let max_text = contract.max_text.map(Literal::u64_unsuffixed).into_iter();
    let max_binary = contract.max_binary.map(Literal::u64_unsuffixed).into_iter();
    quote! {
        const CONTRACT: #place::Contract =
            #place::Contract::new(#place::Accepts::#accepts)
                #(.subprotocols(&[#(#subprotocols),*]))* #(.max_text(#max_text))* #(.max_binary(#max_binary))*;
    }
}

/// One of the endpoint's three types.
pub(crate) struct Declared<'a> {
    pub(crate) name: &'static str,
    /// What it is, each under its `#[cfg]`; nothing where there are no such messages.
    cases: Vec<(TokenStream, Option<&'a Type>)>,
    /// What it is then.
    otherwise: Own<'a>,
}

/// `Text`, `Binary` and `Sends`: the types of the handlers' arguments, and of what is sent.
pub(crate) fn declared<'a>(
    contract: &'a Contract,
    handlers: &'a [Handler],
    place: Place<'a>,
) -> [Declared<'a>; 3] {
    let one = |kind: Kind, name: &'static str| {
        let accepted = contract.declared(kind).is_some();
        let handled = handlers.iter().filter(|handler| accepted && handler.role.handles(kind));
        let mut cases: Vec<_> = handled
            .filter_map(|handler| {
                let cfg = &handler.cfg;
                handler.message.as_ref().map(|message| (quote!(#(#cfg)*), Some(message)))
            })
            .collect();
        if cases.is_empty() {
            cases.push((TokenStream::new(), None));
        } else {
            cases.extend(none_of(handlers, kind).map(|cfg| (cfg, None)));
        }
        Declared { name, cases, otherwise: Own(place, "Infallible") }
    };
    let sends = vec![(TokenStream::new(), contract.sends.as_ref())];
    [
        one(Kind::Text, "Text"),
        one(Kind::Binary, "Binary"),
        Declared { name: "Sends", cases: sends, otherwise: Own(place, "Message") },
    ]
}

impl Declared<'_> {
    /// Whether it may be more private than the endpoint, which a public trait's type must not be (E0446).
    pub(crate) fn may_be_private(&self) -> bool {
        self.cases.iter().filter_map(|(_, ty)| *ty).any(|ty| !types::is_payload(ty))
    }

    /// `type Name = Type;`, where a bound that fails is reported.
    pub(crate) fn item(&self) -> TokenStream {
        self.items(|ty, first, last| associated(self.name, ty, first, last))
    }

    /// The same, where `Types` has it: all of it is at the type that it stands for, since errors are too.
    pub(crate) fn projection(&self) -> TokenStream {
        self.items(|ty, first, last| {
            // What is public need not come by a way that rustc has to follow.
            if types::is_payload(ty) {
                return associated(self.name, ty, first, last);
            }
            let (name, place) = (Ident::new(self.name, last), self.otherwise.0);
            let (begin, this, as_token) = (Token![<](first), Token![Self](first), Token![as](first));
            let (keyword, equals, end) = (Token![type](first), Token![=](last), Token![;](last));
            quote!(#keyword #name #equals #begin #this #as_token #place::Types>::#name #end)
        })
    }

    fn items(&self, write: impl Fn(&Type, Span, Span) -> TokenStream) -> TokenStream {
        let here = Span::call_site();
        let each = self.cases.iter().flat_map(|(cfg, ty)| {
            let item = match ty {
                Some(ty) => {
                    let (first, last) = ends(ty);
                    write(ty, first, last)
                }
                None => associated(self.name, self.otherwise, here, here),
            };
            [cfg.clone(), item]
        });
        each.collect()
    }
}

/// `type Types = (...);` of these types, once for each way that their `#[cfg]`s may be.
pub(crate) fn tuples(declared: &[&Declared<'_>]) -> TokenStream {
    let mut ways: Vec<Vec<(&TokenStream, &dyn ToTokens)>> = vec![Vec::new()];
    for Declared { cases, otherwise, .. } in declared {
        let each = cases.iter().map(|(cfg, ty)| (cfg, ty.as_ref().map_or(otherwise as _, |ty| ty as _)));
        let with = |way: &Vec<_>| -> Vec<_> {
            each.clone().map(|case| way.iter().copied().chain([case]).collect()).collect()
        };
        ways = ways.iter().flat_map(with).collect();
    }
    let one = |way: &Vec<(&TokenStream, &dyn ToTokens)>| {
        let cfg: TokenStream = way.iter().map(|(cfg, _)| (*cfg).clone()).collect();
        let types = way.iter().map(|(_, ty)| ty);
        quote!(#cfg type Types = (#(#types,)*);)
    };
    ways.iter().map(one).collect()
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
    place: Place<'_>,
) -> TokenStream {
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
        let (name, own_name, other_name) = (&handler.name, own.as_str(), other.as_str());
        // It goes into a format string.
        let written = types::written(message).replace('{', "{{").replace('}', "}}");
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
            quote!(<#endpoint as #place::Endpoint>::#ty)
        } else if is_free_of(generics, message) {
            message.to_token_stream()
        } else {
            return None;
        };
        let refused = refuse_carried(&place, "BOTH", message, &ty, &text);
        Some(quote!(#(#cfg)* #refused))
    };
    handlers.iter().filter_map(one).collect()
}

/// An error at this type if it has that constant of `Carried`; `named` is how it is named there.
pub(crate) fn refuse_carried(
    place: &impl ToTokens,
    constant: &str,
    ty: &Type,
    named: &impl ToTokens,
    text: &str,
) -> TokenStream {
    let (first, last) = ends(ty);
    let constant = Ident::new(constant, Span::call_site());
    let assert = quote_spanned!(first=> ::core::assert!);
    let mut condition =
        Group::new(Delimiter::Parenthesis, quote!(!#place::Carried::<#named>::#constant, #text));
    condition.set_span(last);
    quote! {
        const _: () = {
            use #place::CarriesOne as _;
            #assert #condition;
        };
    }
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
fn associated(name: &str, ty: impl ToTokens, first: Span, last: Span) -> TokenStream {
    let (keyword, name) = (Token![type](first), Ident::new(name, last));
    let (equals, end) = (Token![=](last), Token![;](last));
    quote!(#keyword #name #equals #ty #end)
}
