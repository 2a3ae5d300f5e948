//! Syntax to model: one `check_*` for each rule, every mistake collected.

mod arguments;
mod handlers;
mod options;
mod signature;

use quote::ToTokens;

use crate::errors::Errors;
use crate::model::{Contract, Handler};
use crate::parse::{Block, Function};

pub(crate) use arguments::contract;

/// The function as the handler of every message.
pub(crate) fn function(function: &Function, contract: &Contract, errors: &mut Errors) -> Option<Handler> {
    arguments::check_some_kind(contract, errors);
    signature::function(&function.signature, contract, errors)
}

/// The handlers of the block.
pub(crate) fn block(block: &Block, contract: &Contract, errors: &mut Errors) -> Vec<Handler> {
    arguments::check_some_kind(contract, errors);
    if let Some(implements) = &block.implements {
        let own = block.self_type.to_token_stream();
        errors.at(
            implements,
            "`#[endpoint]` goes on an inherent `impl` block",
            format!("put the handlers into an `impl {own}` block, and mark that"),
        );
        return Vec::new();
    }
    handlers::handlers(block, contract, errors)
}
