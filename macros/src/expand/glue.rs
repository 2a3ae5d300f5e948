//! The methods that call the handlers.
//!
//! None of them is an `async fn`: that would be a second state machine for each handler.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{ReturnType, Token};

use super::span::ends;
use crate::model::{Contract, Handler, Kind, Role};
use crate::parse::types;

#[derive(Clone, Copy)]
pub(crate) enum Call {
    /// `Self::name(self, ...)`
    Method,
    /// `name(...)`
    Function,
}

/// What calls this handler.
pub(crate) fn glue(contract: &Contract, handler: &Handler, call: Call) -> TokenStream {
    let Handler { cfg, message, extra, .. } = handler;
    // The types are written out where they are known: each projection is one more for rustc to solve.
    let undeclared = quote!(__sockpact::Message);
    let sends = contract.sends.as_ref().map_or(&undeclared as &dyn ToTokens, |sends| sends);
    let one = |method: &str, message: Option<&dyn ToTokens>| {
        let method = Ident::new(method, Span::call_site());
        // What is defined here has the spans of where it is used: each may come from another macro of the user's, and
        // names of variables are hygienic.
        let receiver = Ident::new("self", handler.name.span());
        let message_name = Ident::new("__message", message_span(handler));
        let last_name = match extra {
            Some(extra) => Ident::new("__last", ends(extra).1),
            None => Ident::new("_", Span::call_site()),
        };
        let last = match handler.role {
            Role::Close => quote!(__sockpact::Closed),
            _ => quote!(__sockpact::Peer<#sends>),
        };
        // A handler's future that is not `Send` is reported at the return type, so at the handler's name. That it has
        // to be is the trait's to say: said here too, rustc would ask it twice.
        let name = handler.name.span();
        let output = match handler.role {
            Role::Invalid => quote!(__sockpact::Verdict<#sends>),
            Role::Close => quote!(()),
            _ => quote!(__sockpact::Outcome),
        };
        let (begin, end) = (Token![impl](name), Token![>](name));
        let output = quote!(#begin __sockpact::Future<Output = #output #end);
        let (bounds, message) = (bounds(handler, call), message.iter());
        let future = future(contract, handler, call);
        quote! {
            #(#cfg)*
            fn #method(&mut #receiver, #(#message_name: #message,)* #last_name: &#last) -> #output #bounds { #future }
        }
    };
    let on_kind = |kind: Kind| {
        let method = match kind {
            Kind::Text => "on_text",
            Kind::Binary => "on_binary",
        };
        one(method, message.as_ref().map(|message| message as &dyn ToTokens))
    };
    match handler.role {
        Role::Open => one("on_open", None),
        Role::Message(kind) => on_kind(kind),
        Role::EveryMessage => {
            Kind::ALL.into_iter().filter(|kind| contract.declared(*kind).is_some()).map(on_kind).collect()
        }
        Role::Invalid => one("on_invalid", Some(&quote!(__sockpact::Invalid<'_>))),
        Role::Close => one("on_close", None),
    }
}

/// That what a handler holds is `Send`, as the trait has it: here it is taken for granted, so that what is not is an
/// error where it is declared, and not at each future that holds it too. What always is, is not asked.
fn bounds(handler: &Handler, call: Call) -> Option<TokenStream> {
    let endpoint = match call {
        Call::Method => Some(quote!(Self)),
        Call::Function => None,
    };
    let message = handler.message.as_ref();
    let message = message.filter(|ty| handler.role != Role::Invalid && !types::is_payload(ty));
    if endpoint.is_none() && message.is_none() {
        return None;
    }
    let (endpoint, message) = (endpoint.iter(), message.iter());
    Some(quote!(where #(for<'__a> #endpoint: __sockpact::Send,)* #(for<'__a> #message: __sockpact::Send,)*))
}

/// The handler's future, with what it returns made what the runtime takes.
fn future(contract: &Contract, handler: &Handler, call: Call) -> TokenStream {
    let call = called(handler, call);
    let nothing_returned = matches!(handler.output, ReturnType::Default);
    let first = ends_of_output(handler).0;
    let value = Ident::new("__returned", first);
    let conversion = match handler.role {
        Role::Invalid => {
            // No path is all of the user's spans, or rustc would look whether it could be shorter.
            let (begin, end) = (Ident::new("__sockpact", first), quote_spanned!(first=> <Self::Sends>));
            let verdict = quote!(#begin::Verdict #end);
            let returned = returned(handler);
            quote!(|#value| -> #verdict { #returned })
        }
        Role::Close if nothing_returned => return call,
        Role::Close => {
            let nothing = quote_spanned!(first=> ());
            let returned = returned(handler);
            quote!(|#value| -> #nothing { #returned })
        }
        // Where the way of what is returned can be seen, a function is a body less than a closure.
        Role::Open | Role::Message(_) | Role::EveryMessage if nothing_returned => {
            quote!(__sockpact::send_nothing)
        }
        Role::Open | Role::Message(_) | Role::EveryMessage => match seen(contract, handler) {
            Some(Seen::Sends) => quote!(__sockpact::send_declared::<Self>),
            Some(Seen::Payload) => {
                let returned = returned(handler);
                quote!(|#value| __sockpact::Outcome::send(#returned))
            }
            None => {
                let of = match &contract.sends {
                    Some(_) => quote!(of_declared::<Self, _>),
                    None => quote!(of_undeclared),
                };
                let outcome = Ident::new("outcome", first);
                let returned = returned(handler);
                quote!(|#value| __sockpact::#of(&#value).way().#outcome(#returned))
            }
        },
    };
    quote!(__sockpact::settle(#call, #conversion))
}

/// What a reply is seen to be.
enum Seen {
    /// The type in `sends`.
    Sends,
    /// A payload, of an endpoint that does not say what it sends.
    Payload,
}

/// What need not be asked of a reply, since its type is written so.
fn seen(contract: &Contract, handler: &Handler) -> Option<Seen> {
    let ReturnType::Type(_, reply) = &handler.output else { return None };
    match &contract.sends {
        Some(sends) => {
            let same = sends.to_token_stream().to_string() == reply.to_token_stream().to_string();
            same.then_some(Seen::Sends)
        }
        None => types::is_payload(reply).then_some(Seen::Payload),
    }
}

/// Every token of the call is at the handler's name, or an error in it would cover the whole attribute.
fn called(handler: &Handler, call: Call) -> TokenStream {
    let Handler { name, message, extra, .. } = handler;
    let span = name.span();
    let (path, receiver) = match call {
        Call::Method => (quote_spanned!(span=> Self::#name), Some(quote_spanned!(span=> self,))),
        Call::Function => (quote!(#name), None),
    };
    let message = message.as_ref().map(|_| {
        let span = message_span(handler);
        quote_spanned!(span=> __message,)
    });
    // The whole of the type is marked where another is expected.
    let extra = extra.as_ref().map(|extra| {
        let (first, last) = ends(extra);
        let reborrowed = quote_spanned!(first=> &*);
        let last = quote_spanned!(last=> __last);
        quote!(#reborrowed #last)
    });
    let arguments = quote!(#receiver #message #extra);
    quote_spanned!(span=> #path(#arguments))
}

fn message_span(handler: &Handler) -> Span {
    handler.message.as_ref().map_or_else(Span::call_site, |message| ends(message).0)
}

/// The returned value, with the span of the return type; of the handler's name when there is none.
///
/// It comes in a tuple for the sake of that span: an expression reaches from its first token to its last.
fn returned(handler: &Handler) -> TokenStream {
    let (first, last) = ends_of_output(handler);
    let tuple = quote_spanned!(first=> __returned);
    let field = quote_spanned!(last=> .0);
    quote!(#tuple #field)
}

fn ends_of_output(handler: &Handler) -> (Span, Span) {
    match &handler.output {
        ReturnType::Type(_, ty) => ends(ty),
        ReturnType::Default => (handler.name.span(), handler.name.span()),
    }
}
