//! `#[derive(Message)]`: an enum of which each variant is one kind of message.
//!
//! It decodes and encodes as far as its variants do: the bounds on the generated impls see to that. Each has a binder
//! (`for<'a>`), without which a false bound on a type without parameters would be an error by itself.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Data, DeriveInput, Fields, Generics, Ident, Meta, Type, Variant};

use super::{attributes, krate, only_word};
use crate::errors::Errors;
use crate::expand::refuse_carried;
use crate::model::Kind;
use crate::names::{self, KINDS};
use crate::parse::types;

struct Case<'a> {
    variant: &'a Ident,
    kind: Kind,
    payload: &'a Type,
}

pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let krate = krate(&input.attrs, "message", &mut errors, |_| false);
    let cases = cases(&input, &mut errors);
    if errors.is_empty() {
        implement(&input, &krate, &cases)
    } else {
        inert(&input, &krate).into_iter().chain(errors.into_tokens()).collect()
    }
}

fn cases<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Vec<Case<'a>> {
    let name = &input.ident;
    let Data::Enum(data) = &input.data else {
        let help = "declare an enum with a variant for each kind of message";
        errors.at(name, "`#[derive(Message)]` goes on an enum", help);
        return Vec::new();
    };
    if data.variants.is_empty() {
        let help = "add a variant marked `#[message(text)]` or `#[message(binary)]`";
        errors.at(name, format!("`{name}` has no message"), help);
    }
    let is_marked = |variant: &Variant| {
        let is_mark = |attribute: &Attribute| attribute.path().is_ident("message");
        variant.attrs.iter().any(is_mark) || super::misspelled(&variant.attrs, "message", KINDS).is_some()
    };
    if data.variants.len() > 1 && !data.variants.iter().any(is_marked) {
        let help = format!(
            "mark one variant `#[message(text)]` and one `#[message(binary)]`; what is one JSON value of several \
             shapes is no `Message`, and comes as `Json<{name}>`"
        );
        errors.at(name, format!("no variant of `{name}` says its kind of message"), help);
        return Vec::new();
    }
    let mut marked: Vec<(&Variant, Option<Kind>)> = Vec::new();
    let mut is_unique = true;
    for variant in &data.variants {
        let Some((kind, word)) = check_kind(variant, errors) else {
            marked.push((variant, None));
            continue;
        };
        if let Some((earlier, _)) = marked.iter().find(|(_, earlier)| *earlier == Some(kind)) {
            let help = format!(
                "keep one variant for each kind of message; what is one JSON value of several shapes is no \
                 `Message`, and comes as `Json<{name}>`"
            );
            errors.at(&word, format!("`{word}` messages are already `{}`", earlier.ident), help);
            is_unique = false;
        }
        marked.push((variant, Some(kind)));
    }
    let mut cases = Vec::new();
    for (variant, kind) in marked {
        // With several variants of a kind, their payloads are not what has to be changed.
        let payload = if is_unique { check_payload(variant, kind, errors) } else { None };
        if let (Some(kind), Some(payload)) = (kind, payload) {
            cases.push(Case { variant: &variant.ident, kind, payload });
        }
    }
    cases
}

/// The kind, and the word that says so.
fn check_kind(variant: &Variant, errors: &mut Errors) -> Option<(Kind, Ident)> {
    let name = &variant.ident;
    let help = "mark it `#[message(text)]` or `#[message(binary)]`";
    let marks: Vec<&Attribute> =
        variant.attrs.iter().filter(|attribute| attribute.path().is_ident("message")).collect();
    let [mark] = marks.as_slice() else {
        match marks.get(1) {
            Some(second) => errors.at(second, format!("variant `{name}` is marked twice"), "remove this one"),
            None => match super::misspelled(&variant.attrs, "message", KINDS) {
                Some(attribute) => errors.push_syntax(attribute),
                None => errors.at(name, format!("variant `{name}` does not say its kind of message"), help),
            },
        }
        return None;
    };
    let Meta::List(list) = &mark.meta else {
        errors.at(mark, format!("variant `{name}` does not say its kind of message"), help);
        return None;
    };
    if list.tokens.is_empty() {
        errors.at(mark, format!("variant `{name}` does not say its kind of message"), help);
        return None;
    }
    let Some(word) = only_word(list.tokens.clone()) else {
        errors.at(&list.tokens, "`#[message(...)]` takes one kind of message", help);
        return None;
    };
    let kind = Kind::from_word(&word);
    if kind.is_none() {
        let kinds = names::list(KINDS);
        let help = names::suggestion(&word.to_string(), KINDS);
        errors.at(&word, format!("unknown message kind `{word}`, expected one of: {kinds}"), help);
    }
    kind.map(|kind| (kind, word))
}

fn check_payload<'a>(variant: &'a Variant, kind: Option<Kind>, errors: &mut Errors) -> Option<&'a Type> {
    let name = &variant.ident;
    match &variant.fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            let payload = fields.unnamed.first().map(|field| &field.ty);
            // rustc says it of the enum, and would say it of what is generated too.
            if let Some(payload) = payload
                && (types::has_no_size(payload) || types::holds_reference(payload.to_token_stream()))
            {
                errors.push_syntax(syn::Error::new_spanned(payload, "a payload that no enum can hold"));
            }
            payload
        }
        fields => {
            let place = if fields.is_empty() { name.to_token_stream() } else { fields.to_token_stream() };
            let payload = if kind == Some(Kind::Binary) { "Bytes" } else { "String" };
            let help = format!("write `{name}({payload})`, `{name}(Json<Event>)` or the like");
            errors.at(place, format!("variant `{name}` must hold one payload"), help);
            None
        }
    }
}

fn implement(input: &DeriveInput, krate: &TokenStream, cases: &[Case<'_>]) -> TokenStream {
    let decoders = cases.iter().map(|case| decode(input, krate, case));
    let encoder = encode(input, krate, cases);
    let checks = cases.iter().filter_map(|case| check_text(input, krate, case));
    let both = (cases.len() == Kind::ALL.len()).then(|| {
        let name = &input.ident;
        let (generics, type_generics, bounds) = input.generics.split_for_impl();
        let attributes = attributes(input);
        quote!(#attributes impl #generics #krate::__private::CarriesBoth for #name #type_generics #bounds {})
    });
    quote!(#(#decoders)* #encoder #both #(#checks)*)
}

/// A text variant must not hold what is sent as binary, always or at times, which would only show when it is sent. Of a
/// generic enum that is not asked, since its types mean nothing outside of it.
fn check_text(input: &DeriveInput, krate: &TokenStream, case: &Case<'_>) -> Option<TokenStream> {
    let Case { variant, kind: Kind::Text, payload } = case else { return None };
    if !input.generics.params.is_empty() {
        return None;
    }
    let (private, attributes) = (quote!(#krate::__private), attributes(input));
    let refused = [("BINARY", "always"), ("BOTH", "at times")].map(|(carried, how)| {
        let text = format!(
            "`{variant}` is marked `text`, and what it holds is {how} sent as `binary`\n\
             help: mark it `#[message(binary)]`, or let it hold `String`, `Text` or `Json<Event>`"
        );
        refuse_carried(&private, carried, payload, payload, &text)
    });
    Some(quote!(#(#attributes #refused)*))
}

fn decode(input: &DeriveInput, krate: &TokenStream, case: &Case<'_>) -> TokenStream {
    let Case { variant, kind, payload } = case;
    let (name, bounds) = (&input.ident, bounds(&input.generics));
    let (impl_generics, type_generics, _) = input.generics.split_for_impl();
    let private = quote!(#krate::__private);
    let (of, method, borrowed, of_owned, owned) = match kind {
        Kind::Text => (
            quote!(FromText),
            quote!(from_text),
            quote!(&::core::primitive::str),
            quote!(from_owned_text),
            quote!(Text),
        ),
        Kind::Binary => (
            quote!(FromBinary),
            quote!(from_binary),
            quote!(&[::core::primitive::u8]),
            quote!(from_owned_binary),
            quote!(Bytes),
        ),
    };
    let result = quote!(::core::result::Result<Self, #private::DecodeError>);
    let attributes = attributes(input);
    quote! {
        #attributes
        impl #impl_generics #private::#of for #name #type_generics
        #bounds for<'__a> #payload: #private::#of
        {
            fn #method(__payload: #borrowed) -> #result {
                ::core::result::Result::map(<#payload as #private::#of>::#method(__payload), Self::#variant)
            }

            fn #of_owned(__payload: &mut #private::#owned) -> #result {
                ::core::result::Result::map(<#payload as #private::#of>::#of_owned(__payload), Self::#variant)
            }
        }
    }
}

fn encode(input: &DeriveInput, krate: &TokenStream, cases: &[Case<'_>]) -> TokenStream {
    let (name, bounds) = (&input.ident, bounds(&input.generics));
    let (impl_generics, type_generics, _) = input.generics.split_for_impl();
    let private = quote!(#krate::__private);
    let attributes = attributes(input);
    let each = cases.iter().map(|Case { payload, .. }| quote!(for<'__a> #payload: #private::IntoMessage));
    let arms = |text: TokenStream, binary: TokenStream| {
        let arms = cases.iter().map(|Case { variant, kind, .. }| {
            let encoded = match kind {
                Kind::Text => &text,
                Kind::Binary => &binary,
            };
            quote!(Self::#variant(__payload) => #private::#encoded(__payload),)
        });
        quote!(match self { #(#arms)* })
    };
    let message = arms(quote!(text_message), quote!(binary_message));
    let reply = arms(quote!(text_reply), quote!(binary_reply));
    quote! {
        #attributes
        impl #impl_generics #private::IntoMessage for #name #type_generics #bounds #(#each),* {
            fn into_message(self) -> ::core::result::Result<#private::Message, #private::EncodeError> {
                #message
            }

            fn __into_reply(self) -> ::core::result::Result<#private::Outcome, #private::EncodeError> {
                #reply
            }
        }
    }
}

/// The bounds of the enum itself, behind which more can follow.
fn bounds(generics: &Generics) -> TokenStream {
    let own = generics.where_clause.iter().flat_map(|bounds| &bounds.predicates);
    quote!(where #(#own,)*)
}

/// Impls that do nothing, so that each use of the type is not an error too.
fn inert(input: &DeriveInput, krate: &TokenStream) -> TokenStream {
    let name = &input.ident;
    let (generics, type_generics, bounds) = input.generics.split_for_impl();
    let private = quote!(#krate::__private);
    let unreachable = quote!({ ::core::unreachable!() });
    quote! {
        impl #generics #private::FromText for #name #type_generics #bounds {
            fn from_text(_: &::core::primitive::str) -> ::core::result::Result<Self, #private::DecodeError>
                #unreachable
        }
        impl #generics #private::FromBinary for #name #type_generics #bounds {
            fn from_binary(_: &[::core::primitive::u8]) -> ::core::result::Result<Self, #private::DecodeError>
                #unreachable
        }
        impl #generics #private::IntoMessage for #name #type_generics #bounds {
            fn into_message(self) -> ::core::result::Result<#private::Message, #private::EncodeError>
                #unreachable
        }
    }
}
