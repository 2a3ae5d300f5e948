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

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::model::{Contract, Handler};
use crate::parse::{self, Block, Function};
use glue::Call;

/// The function becomes one that makes the endpoint; as written, it is inside.
///
/// So its name stays a function's name: a unit struct in its place would make a pattern of every `let` of that name.
pub(crate) fn function(function: &Function, contract: &Contract, handler: &Handler) -> TokenStream {
    let krate = &contract.krate;
    let declarations = contract::declarations(contract);
    let types = contract::types(contract, std::slice::from_ref(handler));
    let glue = glue::glue(contract, handler, Call::Function);
    stateless(
        function,
        krate,
        &quote! {
            #[automatically_derived]
            impl #krate::__private::Endpoint for __Endpoint {
                #declarations
                #types
                #glue
            }
        },
    )
}

/// The function that makes a stateless endpoint, with the endpoint's implementation inside.
pub(crate) fn stateless(
    function: &Function,
    krate: &TokenStream,
    implementation: &TokenStream,
) -> TokenStream {
    let (outer, vis, name) = (function.outer_attributes(), &function.vis, &function.signature.ident);
    let inner = function.inner();
    quote! {
        #(#outer)*
        #[must_use]
        #vis fn #name() -> impl #krate::__private::Endpoint + ::core::marker::Copy {
            #inner

            #[derive(::core::clone::Clone, ::core::marker::Copy)]
            struct __Endpoint;

            #implementation

            __Endpoint
        }
    }
}

/// The block as written, less `#[on]`, and the implementation beside it.
pub(crate) fn block(block: &Block, contract: &Contract, handlers: &[Handler]) -> TokenStream {
    let declarations = contract::declarations(contract);
    let types = contract::types(contract, handlers);
    let glue = handlers.iter().map(|handler| glue::glue(contract, handler, Call::Method));
    let implementation = implementation(block, &contract.krate, &quote!(#declarations #types #(#glue)*));
    let absent = contract::absent(contract, block, handlers);
    let block = block.to_token_stream();
    quote!(#block #implementation #absent)
}

/// `impl Endpoint for` the block's type.
pub(crate) fn implementation(block: &Block, krate: &TokenStream, content: &TokenStream) -> TokenStream {
    let cfg = parse::cfg(&block.attributes);
    // With the user's `impl`, what rustc suggests for an unknown type is the same in both blocks, and said once.
    let (impl_token, self_type) = (&block.impl_token, &block.self_type);
    let (generics, _, bounds) = block.generics.split_for_impl();
    quote! {
        #(#cfg)*
        #[automatically_derived]
        #impl_token #generics #krate::__private::Endpoint for #self_type #bounds {
            #content
        }
    }
}
