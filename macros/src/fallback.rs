//! What stands beside errors: the user's item, and an endpoint that does nothing.
//!
//! Without it each use of the item would be an error too.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{GenericParam, Path};

use crate::expand::{self, Place};
use crate::parse::{Broken, Item, Member, types};
use crate::validate;

pub(crate) fn endpoint(item: Item, krate: &Path) -> TokenStream {
    let place = Place::Function(krate);
    match item {
        Item::Function(function) if function.signature.receiver().is_some() => function.to_token_stream(),
        Item::Function(mut function) => {
            function.mend();
            expand::stateless(&function, place, stateless(place))
        }
        Item::Block(block) if !validate::may_be_endpoint(&block) => block.into_tokens(),
        Item::Block(mut block) => {
            for member in &mut block.members {
                if let Member::Method(method) = member {
                    method.mend(&block.generics);
                }
            }
            // A type that borrows is one where it borrows for ever.
            block.generics.params =
                block.generics.params.into_iter().filter(|one| !is_lifetime(one)).collect();
            let implementation = types::forever(expand::implementation(&block, &inert(Place::Block)));
            let beside = expand::beside(&block, krate, [implementation]);
            let is_broken = block.is_broken();
            let later = block.calls().next().is_some();
            let block = if is_broken { block.as_written() } else { block.into_tokens() };
            // Handlers that a macro writes would be astray too.
            let block = if later || is_broken {
                quote!(const _: () = { use #krate::__private::on; #block };)
            } else {
                block
            };
            quote!(#block #beside)
        }
        Item::Broken(Broken { vis, fn_token, name, all }) => {
            let content = [all, stateless(place)];
            expand::maker(&TokenStream::new(), &quote!(#vis #fn_token), &name, place, content)
        }
        Item::Other(tokens) => tokens,
    }
}

fn is_lifetime(parameter: &GenericParam) -> bool {
    matches!(parameter, GenericParam::Lifetime(_))
}

fn stateless(place: Place<'_>) -> TokenStream {
    let inert = inert(place);
    quote!(impl #place::Endpoint for __Endpoint { #inert })
}

fn inert(place: Place<'_>) -> TokenStream {
    quote! {
        const CONTRACT: #place::Contract = #place::Contract::new(#place::Accepts::Both);
        type Text = #place::Infallible;
        type Binary = #place::Infallible;
        type Sends = #place::Message;
    }
}
