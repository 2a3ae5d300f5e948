//! The methods that call the handlers.
//!
//! None of them is an `async fn`: that would be a second state machine for each handler.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Index, ReturnType, Token, Type, token};

use super::place::{Own, Place};
use super::span::ends;
use crate::model::{Contract, Handler, Kind, Role};
use crate::parse::types;

/// What calls this handler.
pub(crate) fn glue(contract: &Contract, handler: &Handler, place: Place<'_>) -> TokenStream {
    let on_kind = |kind: Kind| {
        let method = match kind {
            Kind::Text => "on_text",
            Kind::Binary => "on_binary",
        };
        let message = handler.message.as_ref().map(|message| message as &dyn ToTokens);
        one(contract, handler, place, method, message)
    };
    match handler.role {
        Role::Open => one(contract, handler, place, "on_open", None),
        Role::Message(kind) => on_kind(kind),
        Role::EveryMessage => {
            Kind::ALL.into_iter().filter(|kind| contract.declared(*kind).is_some()).map(on_kind).collect()
        }
        Role::Invalid => one(contract, handler, place, "on_invalid", Some(&quote!(#place::Invalid<'_>))),
        Role::Close => one(contract, handler, place, "on_close", None),
    }
}

/// One of the trait's methods.
fn one(
    contract: &Contract,
    handler: &Handler,
    place: Place<'_>,
    method: &str,
    message: Option<&dyn ToTokens>,
) -> TokenStream {
    let Handler { cfg, extra, .. } = handler;
    let here = Span::call_site();
    let method = Ident::new(method, here);
    // The types are written out where they are known: each projection is one more for rustc to solve.
    let undeclared = Own(place, "Message");
    let sends = contract.sends.as_ref().map_or(&undeclared as &dyn ToTokens, |sends| sends);
    // What is defined here has the spans of where it is used: each may come from another macro of the user's, and names
    // of variables are hygienic.
    let receiver = Token![self](handler.name.span());
    let message_name = handler.message.iter().map(message_name);
    let last_name = extra.as_ref().map_or_else(|| Ident::new("_", here), last_name);
    let (last, of) = match handler.role {
        Role::Close => ("Closed", None),
        _ => ("Peer", Some(sends)),
    };
    let (last, of) = (Own(place, last), of.iter());
    let output: &dyn ToTokens = match handler.role {
        Role::Invalid => &quote!(#place::Verdict<#sends>),
        Role::Close => &quote!(()),
        _ => &Own(place, "Outcome"),
    };
    // A handler's future that is not `Send` is reported at the return type, so at the handler's name. That it has to be
    // is the trait's to say: said here too, rustc would ask it twice.
    let name = handler.name.span();
    let (begin, end) = (Token![impl](name), Token![>](name));
    let message = message.iter();
    // That what a handler holds is `Send`, as the trait has it: here it is taken for granted, so that what is not is
    // an error where it is declared, and not at each future that holds it too. What always is, is not asked.
    let held = handler.message.as_ref();
    let held = held.filter(|ty| handler.role != Role::Invalid && !types::is_payload(ty));
    let endpoint = match place {
        Place::Block => Some(Token![Self](here)),
        Place::Function(_) => None,
    };
    let bounds = (endpoint.is_some() || held.is_some()).then(|| Token![where](here));
    let (endpoint, held) = (endpoint.iter(), held.iter());
    let future = future(contract, handler, place);
    quote! {
        #(#cfg)*
        fn #method(&mut #receiver, #(#message_name: #message,)* #last_name: &#last #(<#of>)*)
            -> #begin #place::Future<Output = #output #end
        #bounds #(for<'__a> #endpoint: #place::Send,)* #(for<'__a> #held: #place::Send,)*
        { #future }
    }
}

/// The handler's future, with what it returns made what the runtime takes.
fn future(contract: &Contract, handler: &Handler, place: Place<'_>) -> TokenStream {
    let (call, returned) = (Called { handler, place }, Returned(handler));
    let nothing_returned = matches!(handler.output, ReturnType::Default);
    let (first, value) = (returned.ends().0, returned.name());
    match handler.role {
        Role::Invalid => {
            // No path is all of the user's spans, or rustc would look whether it could be shorter.
            let begin = Ident::new("__sockpact", first);
            let (open, close) = (Token![<](first), Token![>](first));
            // The type itself where it is known: where `Self::Sends` is expected, rustc tells of projections.
            let sends = match &contract.sends {
                Some(sends) => sends.to_token_stream(),
                None => quote_spanned!(first=> Self::Sends),
            };
            quote!(#place::settle(#call, |#value| -> #begin::Verdict #open #sends #close { #returned }))
        }
        Role::Close if nothing_returned => quote!(#call),
        Role::Close => {
            let nothing = quote_spanned!(first=> ());
            quote!(#place::settle(#call, |#value| -> #nothing { #returned }))
        }
        // Where the way of what is returned can be seen, a function is a body less than a closure.
        Role::Open | Role::Message(_) | Role::EveryMessage if nothing_returned => {
            quote!(#place::settle(#call, #place::send_nothing))
        }
        Role::Open | Role::Message(_) | Role::EveryMessage => match seen(contract, handler) {
            Some(Seen::Sends) => quote!(#place::settle(#call, #place::send_declared::<Self>)),
            Some(Seen::Payload) => {
                quote!(#place::settle(#call, |#value| #place::Outcome::send(#returned)))
            }
            None => {
                let outcome = Ident::new("outcome", first);
                let (of, endpoint) = match &contract.sends {
                    Some(_) => (Own(place, "of_declared"), Some(Token![Self](Span::call_site()))),
                    None => (Own(place, "of_undeclared"), None),
                };
                let endpoint = endpoint.iter();
                quote! {
                    #place::settle(#call, |#value| {
                        #of #(::<#endpoint, _>)* (&#value).way().#outcome(#returned)
                    })
                }
            }
        },
    }
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
        Some(sends) => types::are_alike(sends, reply).then_some(Seen::Sends),
        None => types::is_payload(reply).then_some(Seen::Payload),
    }
}

/// The call of a handler.
///
/// Every token of it is at the handler's name, or an error in it would cover the whole attribute.
struct Called<'a> {
    handler: &'a Handler,
    place: Place<'a>,
}

impl ToTokens for Called<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Handler { name, message, extra, .. } = self.handler;
        let span = name.span();
        let is_method = matches!(self.place, Place::Block);
        if is_method {
            Token![Self](span).to_tokens(tokens);
            Token![::](span).to_tokens(tokens);
        }
        name.to_tokens(tokens);
        token::Paren(span).surround(tokens, |arguments| {
            if is_method {
                Token![self](span).to_tokens(arguments);
                Token![,](span).to_tokens(arguments);
            }
            if let Some(message) = message {
                message_name(message).to_tokens(arguments);
                Token![,](span).to_tokens(arguments);
            }
            // The whole of the type is marked where another is expected.
            if let Some(extra) = extra {
                let first = ends(extra).0;
                Token![&](first).to_tokens(arguments);
                Token![*](first).to_tokens(arguments);
                last_name(extra).to_tokens(arguments);
            }
        });
    }
}

fn message_name(message: &Type) -> Ident {
    Ident::new("__message", ends(message).0)
}

fn last_name(extra: &Type) -> Ident {
    Ident::new("__last", ends(extra).1)
}

/// The returned value, with the span of the return type; of the handler's name when there is none.
///
/// It comes in a tuple for the sake of that span: an expression reaches from its first token to its last.
struct Returned<'a>(&'a Handler);

impl Returned<'_> {
    fn ends(&self) -> (Span, Span) {
        match &self.0.output {
            ReturnType::Type(_, ty) => ends(ty),
            ReturnType::Default => (self.0.name.span(), self.0.name.span()),
        }
    }

    fn name(&self) -> Ident {
        Ident::new("__returned", self.ends().0)
    }
}

impl ToTokens for Returned<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let last = self.ends().1;
        self.name().to_tokens(tokens);
        Token![.](last).to_tokens(tokens);
        Index { index: 0, span: last }.to_tokens(tokens);
    }
}
