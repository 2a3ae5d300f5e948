//! Model to tokens. It cannot fail.
//!
//! Generated code is one call for each decision, and the runtime holds what is decided. It names nothing but
//! `#krate::__private` and `::core`, since anything else can be shadowed where it lands. Beside a block the
//! former is imported as `__sockpact`: a third of all tokens would be that path, and each costs the user's build.
//!
//! Where a token can be at fault in the user's eyes it carries a span of the user's; every other token carries the
//! attribute's, in which rustc and clippy report no lints.

mod contract;
mod glue;
mod span;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, format_ident, quote};
use syn::{Generics, parse_quote};

use crate::model::{Contract, Handler};
use crate::parse::{self, Block, Function};
use contract::Declared;
use glue::Call;

/// The function becomes one that makes the endpoint; as written, it is inside.
///
/// So its name stays a function's name: a unit struct in its place would make a pattern of every `let` of that name.
pub(crate) fn function(function: &Function, contract: &Contract, handler: &Handler) -> TokenStream {
    let krate = &contract.krate;
    let constant = contract::constant(contract);
    // Within a function nothing is public, so that the types need not be hidden.
    let types = contract::declared(contract, std::slice::from_ref(handler)).map(|ty| ty.item());
    let glue = glue::glue(contract, handler, Call::Function);
    let generics = Generics::default();
    let carried = contract::carried(contract, std::slice::from_ref(handler), &quote!(__Endpoint), &generics);
    let implementation = quote! {
        #[automatically_derived]
        impl __sockpact::Endpoint for __Endpoint {
            #constant
            #(#types)*
            #glue
        }
        #carried
    };
    stateless(function, krate, &implementation)
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
    maker(&quote!(#(#outer)*), &quote!(#vis #fn_token), name, krate, &inner, implementation)
}

/// The function that makes a stateless endpoint, with these two before it does.
pub(crate) fn maker(
    outer: &TokenStream,
    head: &TokenStream,
    name: &Ident,
    krate: &TokenStream,
    inner: &TokenStream,
    implementation: &TokenStream,
) -> TokenStream {
    // The path has to stand in the signature, so that an import of it would be a second error where it is wrong.
    let path: Vec<TokenTree> = quote!(#krate::__private).into_iter().collect();
    let implementation = spelled_out(implementation.clone(), &path);
    let mut body = Group::new(
        Delimiter::Brace,
        quote! {
            #[derive(::core::clone::Clone, ::core::marker::Copy)]
            struct __Endpoint;

            #inner
            #implementation

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

/// With this path for `__sockpact`.
fn spelled_out(tokens: TokenStream, path: &[TokenTree]) -> TokenStream {
    let mut spelled = TokenStream::new();
    for tree in tokens {
        match tree {
            TokenTree::Ident(word) if word == "__sockpact" => spelled.append_all(path),
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), spelled_out(group.stream(), path));
                inner.set_span(group.span());
                spelled.append(inner);
            }
            other => spelled.append(other),
        }
    }
    spelled
}

/// The block as written, less `#[on]`, and the implementation beside it.
pub(crate) fn block(block: &Block, contract: &Contract, handlers: &[Handler]) -> TokenStream {
    let constant = contract::constant(contract);
    let glue = handlers.iter().map(|handler| glue::glue(contract, handler, Call::Method));
    let declared = contract::declared(contract, handlers);
    let (hidden, types) = if declared.iter().any(Declared::may_be_private) {
        (Some(hidden(block, &declared)), declared.map(|ty| ty.projection()))
    } else {
        (None, declared.map(|ty| ty.item()))
    };
    let implementation = implementation(block, &quote!(#constant #(#types)* #(#glue)*));
    let self_type = block.self_type.to_token_stream();
    let carried = contract::carried(contract, handlers, &self_type, &block.generics);
    let beside = beside(block, &contract.krate, &quote!(#hidden #implementation #carried));
    let absent = contract::absent(contract, block, handlers);
    let block = block.to_token_stream();
    quote!(#block #beside #absent)
}

/// What stands beside the block, under its `#[cfg]`.
pub(crate) fn beside(block: &Block, krate: &TokenStream, content: &TokenStream) -> TokenStream {
    let cfg = parse::cfg(&block.attributes);
    let allowed = block.allowed();
    quote! {
        #(#cfg)*
        #(#allowed)*
        const _: () = {
            use #krate::__private as __sockpact;
            #content
        };
    }
}

/// The endpoint's types, declared for a private `__Here`.
///
/// A public trait's associated type must not be more private than the type it is implemented for (E0446), and
/// endpoints are often public while their messages are not. What rustc looks at is what is written: an
/// implementation for `__Here` is as private as that is, and what `Types` has are parameters, which nothing but that
/// implementation decides. They are one tuple, so that rustc has one type to find.
fn hidden(block: &Block, declared: &[Declared<'_>]) -> TokenStream {
    let (impl_token, self_type) = (&block.impl_token, &block.self_type);
    let (generics, _, bounds) = block.generics.split_for_impl();
    let parameters = block.generics.params.iter();
    let predicates = block.generics.where_clause.iter().flat_map(|bounds| &bounds.predicates);
    let private: Vec<_> = declared.iter().filter(|ty| ty.may_be_private()).collect();
    let tuples = contract::tuples(&private);
    let names: Vec<_> = private.iter().map(|ty| format_ident!("__{}", ty.name)).collect();
    let types = declared.iter().map(|ty| {
        let name = format_ident!("{}", ty.name);
        let decided = ty.may_be_private().then(|| format_ident!("__{}", ty.name));
        let decided = decided.map_or_else(|| quote!(()), ToTokens::into_token_stream);
        quote!(type #name = #decided;)
    });
    quote! {
        enum __Here {}
        #impl_token #generics __sockpact::Declares<__Here> for #self_type #bounds {
            #tuples
        }
        impl<#(#parameters,)* #(#names,)*> __sockpact::Types for #self_type
        where
            #(#predicates,)*
            Self: __sockpact::Declares<__Here, Types = (#(#names,)*)>,
        {
            #(#types)*
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
pub(crate) fn implementation(block: &Block, content: &TokenStream) -> TokenStream {
    // `Self::Text` is the trait's, also where an enum has a variant of that name.
    // With the user's `impl`, what rustc suggests for an unknown type is the same in both blocks, and said once.
    let (impl_token, self_type) = (&block.impl_token, &block.self_type);
    let generics = owned(&block.generics);
    let (generics, _, bounds) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        #[allow(ambiguous_associated_items, private_interfaces)]
        #impl_token #generics __sockpact::Endpoint for #self_type #bounds {
            #content
        }
    }
}
