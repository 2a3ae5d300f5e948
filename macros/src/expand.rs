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
mod place;
mod span;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::{Generics, Path, parse_quote};

use crate::model::{Contract, Handler};
use crate::parse::{self, Block, Function};
use contract::Declared;
pub(crate) use contract::refuse_carried;
pub(crate) use place::Place;

/// The function becomes one that makes the endpoint; as written, it is inside.
///
/// So its name stays a function's name: a unit struct in its place would make a pattern of every `let` of that name.
pub(crate) fn function(function: &Function, contract: &Contract, handler: &Handler) -> TokenStream {
    let place = Place::Function(&contract.krate);
    let handlers = std::slice::from_ref(handler);
    let constant = contract::constant(contract, place);
    // Within a function nothing is public, so that the types need not be hidden.
    let types = contract::declared(contract, handlers, place).map(|ty| ty.item());
    let glue = glue::glue(contract, handler, place);
    let items: TokenStream = [constant].into_iter().chain(types).chain([glue]).collect();
    let implementation = quote! {
        #[automatically_derived]
        impl #place::Endpoint for __Endpoint {
            #items
        }
    };
    let carried = contract::carried(contract, handlers, &quote!(__Endpoint), &Generics::default(), place);
    stateless(function, place, [implementation, carried].into_iter().collect())
}

/// The function that makes a stateless endpoint, with the endpoint's implementation inside.
pub(crate) fn stateless(function: &Function, place: Place<'_>, implementation: TokenStream) -> TokenStream {
    let (outer, vis) = (function.outer_attributes(), &function.vis);
    let (fn_token, name) = (function.signature.fn_token, &function.signature.ident);
    maker(&quote!(#(#outer)*), &quote!(#vis #fn_token), name, place, [function.inner(), implementation])
}

/// The function that makes a stateless endpoint, with these two before it does.
pub(crate) fn maker(
    outer: &TokenStream,
    head: &TokenStream,
    name: &Ident,
    place: Place<'_>,
    content: [TokenStream; 2],
) -> TokenStream {
    let declared = quote! {
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        struct __Endpoint;
    };
    let content = [declared].into_iter().chain(content).chain([quote!(__Endpoint)]).collect();
    let mut body = Group::new(Delimiter::Brace, content);
    // What begins and ends the function is the user's, or rustc takes it for the macro's own and does not say that
    // it is never used.
    body.set_span(name.span());
    quote! {
        #outer
        #[must_use]
        #head #name() -> impl #place::Endpoint + ::core::marker::Copy #body
    }
}

/// The block as written, less `#[on]`, and the implementation beside it.
pub(crate) fn block(block: Block, contract: &Contract, handlers: &[Handler]) -> TokenStream {
    let place = Place::Block;
    let constant = contract::constant(contract, place);
    let declared = contract::declared(contract, handlers, place);
    let (hidden, types) = if declared.iter().any(Declared::may_be_private) {
        (hidden(&block, &declared), declared.map(|ty| ty.projection()))
    } else {
        (TokenStream::new(), declared.map(|ty| ty.item()))
    };
    let glue = handlers.iter().map(|handler| glue::glue(contract, handler, place));
    let items: TokenStream = [constant].into_iter().chain(types).chain(glue).collect();
    let implementation = implementation(&block, &items);
    let self_type = block.self_type.to_token_stream();
    let carried = contract::carried(contract, handlers, &self_type, &block.generics, place);
    let beside = beside(&block, &contract.krate, [hidden, implementation, carried]);
    let absent = contract::absent(contract, &block, handlers);
    [block.into_tokens(), beside, absent].into_iter().collect()
}

/// What stands beside the block, under its `#[cfg]`.
pub(crate) fn beside<const N: usize>(block: &Block, krate: &Path, content: [TokenStream; N]) -> TokenStream {
    let cfg = parse::cfg(&block.attributes);
    let allowed = block.allowed();
    let import = quote!(use #krate::__private as __sockpact;);
    let content: TokenStream = [import].into_iter().chain(content).collect();
    quote! {
        #(#cfg)*
        #(#allowed)*
        const _: () = { #content };
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
    let parameter = |ty: &Declared<'_>| format_ident!("__{}", ty.name);
    let names: Vec<_> = private.iter().copied().map(parameter).collect();
    let types = declared.iter().map(|ty| Ident::new(ty.name, Span::call_site()));
    let nothing = || Group::new(Delimiter::Parenthesis, TokenStream::new());
    let decided = declared.iter().map(|ty| -> TokenTree {
        if ty.may_be_private() { parameter(ty).into() } else { nothing().into() }
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
            #(type #types = #decided;)*
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
