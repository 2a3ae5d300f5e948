//! Syntax to model: one `check_*` for each rule, every mistake collected.

mod arguments;
mod borrows;
mod handlers;
mod options;
mod signature;

use syn::Type;

use crate::errors::Errors;
use crate::model::{Contract, Handler};
use crate::parse::{Block, Function, types};

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
        let own = types::written(&block.self_type);
        errors.at(
            implements,
            "`#[endpoint]` goes on an inherent `impl` block",
            format!("put the handlers into an `impl {own}` block, and mark that"),
        );
        return Vec::new();
    }
    check_own_type(block, errors);
    handlers::handlers(block, contract, errors)
}

/// Whether an endpoint that does nothing could stand for this block's type.
pub(crate) fn may_be_endpoint(block: &Block) -> bool {
    let implements_it = block.implements.as_ref().and_then(|path| path.segments.last());
    is_own(block) && implements_it.is_none_or(|last| last.ident != "Endpoint")
}

/// Whether a type may be the user's, as far as can be told.
fn is_own(block: &Block) -> bool {
    let ty = types::ungrouped(&block.self_type);
    let is_parameter = |ty: &Type| {
        let name = types::last_segment(ty).map(|name| &name.ident);
        block.generics.type_params().any(|parameter| Some(&parameter.ident) == name)
    };
    matches!(ty, Type::Path(_) | Type::Macro(_)) && !types::is_of_std(ty) && !is_parameter(ty)
}

/// A connection's endpoint is a value of its own, and lives as long as that.
fn check_own_type(block: &Block, errors: &mut Errors) {
    let own = &block.self_type;
    match own {
        Type::TraitObject(_) => {
            let what = format!("`{}` cannot be an endpoint", types::written(own));
            errors.at(own, what, "mark the `impl` block of a struct or an enum");
        }
        _ if is_own(block) => {}
        // Nobody can have an `impl` block of these, and rustc says so.
        other => errors.push_syntax(syn::Error::new_spanned(other, "a type of the language's own")),
    }
    if let Some(lifetime) = types::lifetimes(own).first() {
        let what = format!(
            "an endpoint must not borrow: it lives as long as its connection, and `{lifetime}` may not"
        );
        errors.at(lifetime, what, "hold `String`, `Arc` or the like in place of references");
    }
}
