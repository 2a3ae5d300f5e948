//! Model to tokens. It cannot fail.
//!
//! Generated code is one call for each decision, and the runtime holds what is decided. It names nothing but
//! `#krate::__private` and `::core`, since anything else can be shadowed where it lands.
//!
//! Where a token can be at fault in the user's eyes it carries a span of the user's; every other token carries the
//! attribute's, in which rustc and clippy report no lints.

mod contract;
mod glue;
mod span;

use proc_macro2::{Delimiter, Group, Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Generics, parse_quote};

use crate::model::{Contract, Handler};
use crate::parse::{self, Block, Function};
use glue::Call;

/// The function becomes one that makes the endpoint; as written, it is inside.
///
/// So its name stays a function's name: a unit struct in its place would make a pattern of every `let` of that name.
pub(crate) fn function(function: &Function, contract: &Contract, handler: &Handler) -> TokenStream {
    let krate = &contract.krate;
    let constant = contract::constant(contract);
    // Within a function nothing is public, so that the types need not be hidden.
    let types = contract::types(contract, std::slice::from_ref(handler));
    let glue = glue::glue(contract, handler, Call::Function);
    let generics = Generics::default();
    let carried = contract::carried(contract, std::slice::from_ref(handler), &quote!(__Endpoint), &generics);
    stateless(
        function,
        krate,
        &quote! {
            #[automatically_derived]
            impl #krate::__private::Endpoint for __Endpoint {
                #constant
                #types
                #glue
            }
            #carried
        },
    )
}

/// The function that makes a stateless endpoint, with the endpoint's implementation inside.
pub(crate) fn stateless(
    function: &Function,
    krate: &TokenStream,
    implementation: &TokenStream,
) -> TokenStream {
    let (outer, vis) = (function.outer_attributes(), &function.vis);
    let (fn_token, name) = (function.signature.fn_token, &function.signature.ident);
    let inner = function.inner();
    maker(&quote!(#(#outer)*), &quote!(#vis #fn_token), name, krate, &quote!(#inner #implementation))
}

/// The function that makes a stateless endpoint, with this content before it does.
pub(crate) fn maker(
    outer: &TokenStream,
    head: &TokenStream,
    name: &Ident,
    krate: &TokenStream,
    content: &TokenStream,
) -> TokenStream {
    let mut body = Group::new(
        Delimiter::Brace,
        quote! {
            #[derive(::core::clone::Clone, ::core::marker::Copy)]
            struct __Endpoint;

            #content

            __Endpoint
        },
    );
    // What begins and ends the function is the user's, or rustc takes it for the macro's own and does not say that
    // it is never used.
    body.set_span(name.span());
    quote! {
        #outer
        #[must_use]
        #head #name() -> impl #krate::__private::Endpoint + ::core::marker::Copy #body
    }
}

/// The block as written, less `#[on]`, and the implementation beside it.
pub(crate) fn block(block: &Block, contract: &Contract, handlers: &[Handler]) -> TokenStream {
    let cfg = parse::cfg(&block.attributes);
    let constant = contract::constant(contract);
    let glue = handlers.iter().map(|handler| glue::glue(contract, handler, Call::Method));
    let implementation = if contract::may_be_private(contract, handlers) {
        let hidden = hidden(block, contract, handlers);
        let types = contract::projections(contract, handlers);
        let implementation = implementation(block, &contract.krate, &quote!(#constant #types #(#glue)*));
        quote!(#(#cfg)* const _: () = { #hidden #implementation };)
    } else {
        let types = contract::types(contract, handlers);
        implementation(block, &contract.krate, &quote!(#constant #types #(#glue)*))
    };
    let absent = contract::absent(contract, block, handlers);
    let self_type = block.self_type.to_token_stream();
    let carried = contract::carried(contract, handlers, &self_type, &block.generics);
    let carried = (!carried.is_empty()).then(|| quote!(#(#cfg)* const _: () = { #carried };));
    let block = block.to_token_stream();
    quote!(#block #implementation #absent #carried)
}

/// The endpoint's types, declared for a private `__Here`.
///
/// A public trait's associated type must not be more private than the type it is implemented for (E0446), and
/// endpoints are often public while their messages are not. What rustc looks at is what is written: an
/// implementation for `__Here` is as private as that is, and what `Types` has are parameters, which nothing but that
/// implementation decides.
fn hidden(block: &Block, contract: &Contract, handlers: &[Handler]) -> TokenStream {
    let krate = &contract.krate;
    let (impl_token, self_type) = (&block.impl_token, &block.self_type);
    let (generics, _, bounds) = block.generics.split_for_impl();
    let types = contract::types(contract, handlers);
    let parameters = block.generics.params.iter();
    let predicates = block.generics.where_clause.iter().flat_map(|bounds| &bounds.predicates);
    quote! {
        enum __Here {}
        #impl_token #generics #krate::__private::Declares<__Here> for #self_type #bounds {
            #types
        }
        impl<#(#parameters,)* __Text, __Binary, __Sends> #krate::__private::Types for #self_type
        where
            #(#predicates,)*
            Self: #krate::__private::Declares<__Here, Text = __Text, Binary = __Binary, Sends = __Sends>,
        {
            type Text = __Text;
            type Binary = __Binary;
            type Sends = __Sends;
        }
    }
}

/// With the bounds that every endpoint has, which its parameters then need not be given one by one.
fn owned(generics: &Generics) -> Generics {
    let mut owned = generics.clone();
    for parameter in generics.type_params() {
        let name = &parameter.ident;
        owned.make_where_clause().predicates.push(parse_quote!(#name: ::core::marker::Send + 'static));
    }
    owned
}

/// `impl Endpoint for` the block's type.
pub(crate) fn implementation(block: &Block, krate: &TokenStream, content: &TokenStream) -> TokenStream {
    let cfg = parse::cfg(&block.attributes);
    // `Self::Text` is the trait's, also where an enum has a variant of that name.
    // With the user's `impl`, what rustc suggests for an unknown type is the same in both blocks, and said once.
    let (impl_token, self_type) = (&block.impl_token, &block.self_type);
    let generics = owned(&block.generics);
    let (generics, _, bounds) = generics.split_for_impl();
    quote! {
        #(#cfg)*
        #[automatically_derived]
        #[allow(ambiguous_associated_items, private_interfaces)]
        #impl_token #generics #krate::__private::Endpoint for #self_type #bounds {
            #content
        }
    }
}
