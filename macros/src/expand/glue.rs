//! The methods that call the handlers.
//!
//! None of them is an `async fn`: that would be a second state machine for each handler.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ReturnType;

use super::span::{ends, respanned};

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
    let krate = &contract.krate;
    // The types are written out where they are known: each projection is one more for rustc to solve.
    let sends =
        contract.sends.as_ref().map_or_else(|| quote!(#krate::__private::Message), ToTokens::to_token_stream);
    let peer = quote!(&#krate::__private::Peer<#sends>);
    let outcome = quote!(#krate::__private::Outcome);
    let one = |method: TokenStream, first: Option<TokenStream>, last: &TokenStream, output: &TokenStream| {
        // As the trait has them: here they are taken for granted, so that what is not `Send` is an error where it is
        // declared, and not at each future that holds it too.
        let message =
            handler.message.iter().filter(|ty| handler.role != Role::Invalid && !types::is_payload(ty));
        let bounds =
            quote!(for<'__a> Self: ::core::marker::Send, #(for<'__a> #message: ::core::marker::Send,)*);
        let first = first.as_ref().map(|ty| quote!(__message: #ty,));
        let last_name = if handler.extra.is_some() { quote!(__last) } else { quote!(_) };
        let future = future(contract, handler, call);
        // A handler's future that is not `Send` is reported at the return type, so at the handler's name. That it has
        // to be is the trait's to say: said here too, rustc would ask it twice.
        let output = quote_spanned! {handler.name.span()=>
            impl ::core::future::Future<Output = #output>
        };
        let cfg = &handler.cfg;
        quote! {
            #(#cfg)*
            fn #method(&mut self, #first #last_name: #last) -> #output
            where
                #bounds
            {
                #future
            }
        }
    };
    let message = handler.message.as_ref().map(ToTokens::to_token_stream);
    let on_kind = |kind: Kind| match kind {
        Kind::Text => one(quote!(on_text), message.clone(), &peer, &outcome),
        Kind::Binary => one(quote!(on_binary), message.clone(), &peer, &outcome),
    };
    match handler.role {
        Role::Open => one(quote!(on_open), None, &peer, &outcome),
        Role::Message(kind) => on_kind(kind),
        Role::EveryMessage => {
            Kind::ALL.into_iter().filter(|kind| contract.declared(*kind).is_some()).map(on_kind).collect()
        }
        Role::Invalid => {
            let invalid = quote!(#krate::__private::Invalid<'_>);
            let verdict = quote!(#krate::__private::Verdict<#sends>);
            one(quote!(on_invalid), Some(invalid), &peer, &verdict)
        }
        Role::Close => {
            let closed = quote!(&#krate::__private::Closed);
            one(quote!(on_close), None, &closed, &quote!(()))
        }
    }
}

/// The handler's future, with what it returns made what the runtime takes.
fn future(contract: &Contract, handler: &Handler, call: Call) -> TokenStream {
    let krate = &contract.krate;
    let call = called(handler, call);
    let returned = returned(handler);
    let at = ends_of_output(handler).0;
    let conversion = match handler.role {
        Role::Invalid => {
            let krate = respanned(krate, at);
            let verdict = quote_spanned!(at=> #krate::__private::Verdict<Self::Sends>);
            quote!(-> #verdict { #returned })
        }
        Role::Close => {
            let nothing = quote_spanned!(at=> ());
            quote!(-> #nothing { #returned })
        }
        Role::Open | Role::Message(_) | Role::EveryMessage => {
            // Nothing is returned, and so there is nothing to ask.
            if matches!(handler.output, ReturnType::Default) {
                return quote!(#krate::__private::settle(#call, |_| #krate::__private::Outcome::nothing()));
            }
            if let Some(send) = send(contract, handler) {
                return quote!(#krate::__private::settle(#call, |__returned| #send(#returned)));
            }
            let sends =
                if contract.sends.is_some() { quote!(Declared<Self::Sends>) } else { quote!(Undeclared) };
            let outcome = quote_spanned!(at=> outcome);
            quote! {
                #krate::__private::Returned::<#krate::__private::#sends, _>::of(&__returned)
                    .way()
                    .#outcome(#returned)
            }
        }
    };
    quote!(#krate::__private::settle(#call, |__returned| #conversion))
}

/// What sends a reply that is seen to be a message, and need not be asked what it is.
fn send(contract: &Contract, handler: &Handler) -> Option<TokenStream> {
    let krate = &contract.krate;
    let ReturnType::Type(_, reply) = &handler.output else { return None };
    match &contract.sends {
        Some(sends) => {
            let same = sends.to_token_stream().to_string() == reply.to_token_stream().to_string();
            same.then(|| quote!(#krate::__private::send::<Self>))
        }
        None => types::is_payload(reply).then(|| quote!(#krate::__private::Outcome::send)),
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
    let message = message.as_ref().map(|message| {
        let span = ends(message).0;
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
