//! What stands beside errors: the user's item, and an endpoint that does nothing.
//!
//! Without it each use of the item would be an error too.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::GenericParam;

use crate::expand;
use crate::parse::{Broken, Item, Member, types};
use crate::validate;

pub(crate) fn endpoint(item: Item, krate: &TokenStream) -> TokenStream {
    match item {
        Item::Function(function) if function.signature.receiver().is_some() => function.to_token_stream(),
        Item::Function(mut function) => {
            function.mend();
            expand::stateless(&function, krate, &stateless())
        }
        Item::Block(block) if !validate::may_be_endpoint(&block) => block.to_token_stream(),
        Item::Block(mut block) => {
            for member in &mut block.members {
                if let Member::Method(method) = member {
                    method.mend(&block.generics);
                }
            }
            // A type that borrows is one where it borrows for ever.
            block.generics.params =
                block.generics.params.into_iter().filter(|one| !is_lifetime(one)).collect();
            let implementation = types::forever(expand::implementation(&block, &inert()));
            let beside = expand::beside(&block, krate, &implementation);
            let is_broken = block.is_broken();
            let later = block.calls().next().is_some();
            let block = if is_broken { block.as_written() } else { block.to_token_stream() };
            // Handlers that a macro writes would be astray too.
            let block = if later || is_broken {
                quote!(const _: () = { use #krate::__private::on; #block };)
            } else {
                block
            };
            quote!(#block #beside)
        }
        Item::Broken(Broken { vis, fn_token, name, all }) => {
            let implementation = stateless();
            expand::maker(&TokenStream::new(), &quote!(#vis #fn_token), &name, krate, &all, &implementation)
        }
        Item::Other(tokens) => tokens,
    }
}

fn is_lifetime(parameter: &GenericParam) -> bool {
    matches!(parameter, GenericParam::Lifetime(_))
}

fn stateless() -> TokenStream {
    let inert = inert();
    quote!(impl __sockpact::Endpoint for __Endpoint { #inert })
}

fn inert() -> TokenStream {
    quote! {
        const CONTRACT: __sockpact::Contract = __sockpact::Contract::new(__sockpact::Accepts::Both);
        type Text = __sockpact::Infallible;
        type Binary = __sockpact::Infallible;
        type Sends = __sockpact::Message;
    }
}
