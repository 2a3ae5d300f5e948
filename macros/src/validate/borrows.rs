//! What a handler borrows: what it is lent, for its call, and nothing that it returns.

use syn::{FnArg, GenericArgument, Lifetime, PathArguments, ReceiverKind, ReturnType, Type};

use super::signature::Subject;
use crate::errors::Errors;
use crate::parse::types;

impl Subject<'_> {
    /// Of what is borrowed only a constant text can be sent, and rustc would say so of the whole attribute.
    pub(super) fn check_owned_reply(&self, errors: &mut Errors) {
        let ReturnType::Type(_, output) = &self.signature.output else { return };
        let mut reply = &**output;
        while let Some(PathArguments::AngleBracketed(arguments)) = types::last_segment(reply)
            .filter(|last| ["Result", "Option", "Vec"].iter().any(|around| last.ident == around))
            .map(|last| &last.arguments)
            && let Some(GenericArgument::Type(inner)) = arguments.args.first()
        {
            reply = inner;
        }
        if types::has_no_size(reply) {
            // rustc says it of the body too, whatever is written there.
            errors.push_syntax(syn::Error::new_spanned(reply, "a type without a size"));
        }
        if let Type::Reference(reference) = types::ungrouped(reply)
            && types::has_no_size(&reference.elem)
            && reference.lifetime.as_ref().is_none_or(|lifetime| lifetime.ident != "static")
        {
            let what = format!("{} `{}` must own its reply", self.noun, self.signature.ident);
            let help = match &*reference.elem {
                Type::Slice(_) => "return `Bytes` or `Vec<u8>`",
                _ => "return `String`; `&'static str` for a text that is a constant",
            };
            errors.at(reply, what, help);
        }
    }

    /// `'static` on what is lent, without which it could not be sent to a task, and with which nothing can lend it.
    pub(super) fn check_lent_for_the_call(&self, errors: &mut Errors) {
        let lent = self.signature.inputs.iter().filter_map(|argument| match argument {
            FnArg::Receiver(receiver) => match &receiver.kind {
                ReceiverKind::Reference(_, lifetime, _) => lifetime.clone(),
                ReceiverKind::Typed(_, ty) => of_reference(ty),
                _ => None,
            },
            FnArg::Typed(typed) if types::is_named(&typed.ty, "Invalid") => of_invalid(&typed.ty),
            FnArg::Typed(typed) if is_lent(&typed.ty) => of_reference(&typed.ty),
            FnArg::Typed(_) => None,
        });
        for lifetime in lent.filter(|lifetime| lifetime.ident == "static") {
            let what = format!("{} `{}` borrows this for its call alone", self.noun, self.signature.ident);
            let help = "write `'_`; what can be kept, and sends from any task, is `peer.sender()`";
            errors.at(lifetime, what, help);
        }
    }
}

fn is_lent(ty: &Type) -> bool {
    types::is_peer(ty)
        || matches!(types::ungrouped(ty), Type::Reference(reference) if types::is_named(&reference.elem, "Closed"))
}

fn of_reference(ty: &Type) -> Option<Lifetime> {
    match types::ungrouped(ty) {
        Type::Reference(reference) => reference.lifetime.clone(),
        _ => None,
    }
}

/// The lifetime in `Invalid<'a>`.
fn of_invalid(ty: &Type) -> Option<Lifetime> {
    match &types::last_segment(ty)?.arguments {
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Lifetime(lifetime) => Some(lifetime.clone()),
                _ => None,
            })
        }
        _ => None,
    }
}
