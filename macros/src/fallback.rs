//! What stands beside errors: the user's item, and an endpoint that does nothing.
//!
//! Without it each use of the item would be an error too.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::expand;
use crate::parse::Item;

pub(crate) fn endpoint(item: &Item, krate: &TokenStream) -> TokenStream {
    match item {
        Item::Function(function) if function.signature.receiver().is_some() => function.to_token_stream(),
        Item::Function(function) => {
            let inert = inert(krate);
            expand::stateless(
                function,
                krate,
                &quote!(impl #krate::__private::Endpoint for __Endpoint { #inert }),
            )
        }
        Item::Block(block) if block.implements.is_some() => block.to_token_stream(),
        Item::Block(block) => {
            let implementation = expand::implementation(block, krate, &inert(krate));
            let block = block.to_token_stream();
            quote!(#block #implementation)
        }
        Item::Other(tokens) => tokens.clone(),
    }
}

fn inert(krate: &TokenStream) -> TokenStream {
    quote! {
        const CONTRACT: #krate::__private::Contract =
            #krate::__private::Contract::new(#krate::__private::Accepts::Both);
        type Text = #krate::__private::Infallible;
        type Binary = #krate::__private::Infallible;
        type Sends = #krate::__private::Message;
    }
}
