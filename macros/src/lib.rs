//! The procedural macros of sockpact; their documentation is where the `sockpact` crate re-exports them.
//!
//! Each goes the same way: parse (tokens to syntax) → validate (syntax to model) → expand (model to tokens); or,
//! after a mistake, fallback.

mod derive;
mod errors;
mod expand;
mod fallback;
mod model;
mod names;
mod parse;
#[cfg(test)]
mod tests;
mod validate;

use proc_macro::TokenStream;

use errors::Errors;
use parse::Item;

#[allow(missing_docs, reason = "documented where the runtime re-exports it, since examples compile there")]
#[proc_macro_attribute]
pub fn endpoint(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand_endpoint(arguments.into(), item.into()).into()
}

#[allow(missing_docs, reason = "as above")]
#[proc_macro_attribute]
pub fn on(_: TokenStream, item: TokenStream) -> TokenStream {
    expand_stray_on(item.into()).into()
}

/// `#[on]` where it is astray, and something else has been reported.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn silent_on(_: TokenStream, item: TokenStream) -> TokenStream {
    item
}

#[allow(missing_docs, reason = "as above")]
#[proc_macro_derive(Message, attributes(message))]
pub fn message(item: TokenStream) -> TokenStream {
    derive::message::expand(item.into()).into()
}

#[allow(missing_docs, reason = "as above")]
#[proc_macro_derive(CloseReason, attributes(close))]
pub fn close_reason(item: TokenStream) -> TokenStream {
    derive::close_reason::expand(item.into()).into()
}

fn expand_endpoint(
    arguments: proc_macro2::TokenStream,
    item: proc_macro2::TokenStream,
) -> proc_macro2::TokenStream {
    let mut errors = Errors::default();
    let arguments = parse::arguments(arguments, &mut errors);
    let contract = validate::contract(&arguments, &mut errors);
    let item = parse::item(item, &mut errors);
    let handlers = match &item {
        Item::Function(function) => {
            validate::function(function, &contract, &mut errors).into_iter().collect()
        }
        Item::Block(block) => validate::block(block, &contract, &mut errors),
        Item::Broken(_) | Item::Other(_) => Vec::new(),
    };
    match (item, handlers.as_slice()) {
        (Item::Function(function), [handler]) if errors.is_empty() => {
            expand::function(&function, &contract, handler)
        }
        (Item::Block(block), handlers) if errors.is_empty() => expand::block(*block, &contract, handlers),
        (item, _) => {
            fallback::endpoint(item, &contract.krate).into_iter().chain(errors.into_tokens()).collect()
        }
    }
}

/// Inside an endpoint `#[on]` is taken away before it could be resolved, so that this one is always astray.
fn expand_stray_on(item: proc_macro2::TokenStream) -> proc_macro2::TokenStream {
    let mut errors = Errors::default();
    errors.at_span(
        proc_macro2::Span::call_site(),
        "`#[on]` has no effect here",
        "put `#[endpoint(...)]` on the `impl` block around it; a macro that writes handlers has to write the block",
    );
    errors.into_tokens().into_iter().chain(item).collect()
}
