//! `#[derive(CloseReason)]`: an error of which each variant has its close code and reason.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::ParseStream;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, Lit, LitInt, LitStr, Meta, Token};

use super::{attributes, krate};
use crate::errors::Errors;

/// The longest reason: a control frame carries 125 bytes, two of them the code (RFC 6455, section 5.5).
const MAX_REASON: usize = 123;

struct Close {
    code: u16,
    reason: String,
}

pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let is_struct = matches!(input.data, Data::Struct(_));
    let mut marks = Vec::new();
    let krate = krate(&input.attrs, "close", &mut errors, |attribute| {
        marks.push(attribute.clone());
        is_struct
    });
    let frame = match &input.data {
        Data::Struct(data) => check_mark("struct", &input.ident, &marks, &data.fields, &mut errors)
            .map(|close| frame(&krate, &close)),
        Data::Enum(data) => {
            let arms: Vec<_> = data
                .variants
                .iter()
                .filter_map(|variant| {
                    let name = &variant.ident;
                    // A mark on the enum stands for those that are missing, and is an error itself.
                    if !marks.is_empty()
                        && !variant.attrs.iter().any(|attribute| attribute.path().is_ident("close"))
                    {
                        return None;
                    }
                    let close = check_mark("variant", name, &variant.attrs, &variant.fields, &mut errors)?;
                    let frame = frame(&krate, &close);
                    Some(quote!(Self::#name { .. } => #frame,))
                })
                .collect();
            Some(quote!(match *self { #(#arms)* }))
        }
        Data::Union(_) => {
            errors.at(&input.ident, "`#[derive(CloseReason)]` goes on an enum or a struct", "");
            None
        }
    };
    match frame {
        Some(frame) if errors.is_empty() => implement(&input, &krate, &frame),
        _ => {
            let inert = implement(&input, &krate, &quote!(::core::unreachable!()));
            inert.into_iter().chain(errors.into_tokens()).collect()
        }
    }
}

fn implement(input: &DeriveInput, krate: &TokenStream, frame: &TokenStream) -> TokenStream {
    let name = &input.ident;
    let (generics, type_generics, bounds) = input.generics.split_for_impl();
    let attributes = attributes(input);
    quote! {
        #attributes
        impl #generics #krate::__private::CloseReason for #name #type_generics #bounds {
            fn close_frame(&self) -> #krate::__private::CloseFrame {
                #frame
            }
        }
    }
}

fn frame(krate: &TokenStream, Close { code, reason }: &Close) -> TokenStream {
    let code = Literal::u16_unsuffixed(*code);
    quote!(#krate::__private::close_frame(#code, #reason))
}

/// The one `#[close(...)]` of a variant or a struct.
fn check_mark(
    noun: &str,
    name: &Ident,
    attributes: &[Attribute],
    fields: &Fields,
    errors: &mut Errors,
) -> Option<Close> {
    let marks: Vec<&Attribute> =
        attributes.iter().filter(|attribute| attribute.path().is_ident("close")).collect();
    let [mark] = marks.as_slice() else {
        match marks.get(1) {
            Some(second) => {
                errors.at(second, format!("{noun} `{name}` is marked `#[close]` twice"), "remove this one")
            }
            None => match super::misspelled(attributes, "close", &[]) {
                Some(attribute) => errors.push_syntax(attribute),
                None => errors.at(name, format!("{noun} `{name}` has no close code"), HELP),
            },
        }
        return None;
    };
    let parsed = match &mark.meta {
        Meta::List(list) if !list.tokens.is_empty() => list.parse_args_with(close),
        _ => {
            errors.at(mark, format!("{noun} `{name}` has no close code"), HELP);
            return None;
        }
    };
    match parsed {
        Ok((code, _)) if !["", "u16"].contains(&code.suffix()) => {
            errors.at(code, "`#[close(...)]` takes a close code and a reason", HELP);
            None
        }
        Ok((code, reason)) => {
            let code = check_code(&code, errors);
            let reason =
                reason.map_or_else(|| Some(String::new()), |reason| check_reason(&reason, fields, errors));
            Some(Close { code: code?, reason: reason? })
        }
        Err(error) => {
            errors.at_span(error.span(), "`#[close(...)]` takes a close code and a reason", HELP);
            None
        }
    }
}

const HELP: &str = "write `#[close(4000, \"why it was closed\")]`";

/// `4401, "sign in first"`, where the reason can be left out.
fn close(input: ParseStream<'_>) -> syn::Result<(LitInt, Option<LitStr>)> {
    let code = match input.parse::<Lit>()? {
        Lit::Int(code) => code,
        other => return Err(syn::Error::new_spanned(other, HELP)),
    };
    let _: Option<Token![,]> = if input.is_empty() { None } else { Some(input.parse()?) };
    let reason = if input.is_empty() { None } else { Some(input.parse()?) };
    let _: Option<Token![,]> = input.parse()?;
    if input.is_empty() { Ok((code, reason)) } else { Err(input.error("unexpected token")) }
}

/// RFC 6455, section 7.4, and the registry of IANA: the codes that may be on the wire.
fn check_code(literal: &LitInt, errors: &mut Errors) -> Option<u16> {
    let why = match literal.base10_parse::<u16>().ok() {
        Some(code @ (1000..=1003 | 1007..=1014 | 3000..=4999)) => return Some(code),
        Some(0..=999) => "close codes begin at 1000",
        None if literal.base10_digits().starts_with('-') => "close codes begin at 1000",
        Some(1005) => "it stands for a Close without a code",
        Some(1006) => "it stands for a connection that was lost without a Close",
        Some(1015) => "it stands for a TLS handshake that failed",
        Some(1004 | 1016..=2999) => "it is reserved for the protocol's future",
        Some(5000..) | None => "close codes end at 4999",
    };
    errors.at(
        literal,
        format!("{literal} is not a close code that can be sent: {why}"),
        "use one of 4000-4999, which are for applications; 1000-1003, 1007-1014 and 3000-3999 have \
         meanings of their own\nnote: RFC 6455, section 7.4",
    );
    None
}

fn check_reason(literal: &LitStr, fields: &Fields, errors: &mut Errors) -> Option<String> {
    let reason = literal.value();
    // Other braces may be meant as they are; those around a field's name are not, nor those that stand for a field.
    let names = fields.members().map(|member| member.to_token_stream().to_string());
    let next = (!fields.is_empty()).then(String::new);
    let written = |name: String| {
        ['}', ':'].iter().any(|end| reason.contains(&format!("{{{name}{end}"))).then(|| format!("{{{name}}}"))
    };
    if let Some(written) = names.chain(next).find_map(written) {
        errors.at(
            literal,
            format!("a reason is sent as it is written, and `{written}` would be too"),
            "write a text without it; for one with values in it, implement `CloseReason` by hand",
        );
        return None;
    }
    if reason.len() > MAX_REASON {
        errors.at(
            literal,
            format!("this reason has {} bytes, and a close frame holds {MAX_REASON}", reason.len()),
            "shorten it\nnote: RFC 6455, section 5.5, bounds the payload of control frames",
        );
        return None;
    }
    Some(reason)
}
