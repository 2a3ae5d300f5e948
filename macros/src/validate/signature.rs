//! Signatures of handlers: `async`, not generic, and the right arguments in the right places.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::punctuated::Pair;
use syn::{Attribute, FnArg, GenericParam, ReceiverKind, Safety, Signature, Type};

use crate::errors::Errors;
use crate::model::{Contract, Handler, Kind, Role};
use crate::parse::{self, types};

const HANDLER: &str = "handler";
const ENDPOINT: &str = "endpoint";

/// What a signature is checked for, and how its errors call it.
pub(super) struct Subject<'a> {
    pub(super) signature: &'a Signature,
    role: Role,
    /// [`HANDLER`] or [`ENDPOINT`]
    pub(super) noun: &'static str,
}

/// A method marked `#[on(...)]`.
pub(crate) fn method(
    signature: &Signature,
    role: Role,
    cfg: Vec<Attribute>,
    errors: &mut Errors,
) -> Option<Handler> {
    let subject = Subject { signature, role, noun: HANDLER };
    subject.check_qualifiers(errors);
    subject.check_not_generic(errors);
    if !subject.check_receiver(errors) {
        return None;
    }
    subject.handler(&types::of_arguments(signature), cfg, errors)
}

/// The function of a function endpoint.
pub(crate) fn function(signature: &Signature, contract: &Contract, errors: &mut Errors) -> Option<Handler> {
    let role = match (&contract.text, &contract.binary) {
        (Some(_), None) => Role::Message(Kind::Text),
        (None, Some(_)) => Role::Message(Kind::Binary),
        _ => Role::EveryMessage,
    };
    let subject = Subject { signature, role, noun: ENDPOINT };
    if let Some(receiver) = signature.receiver() {
        errors.at(
            receiver,
            "an endpoint function has no `self`",
            "put `#[endpoint(...)]` on the `impl` block, and `#[on(text)]` or `#[on(binary)]` on this method",
        );
        return None;
    }
    subject.check_qualifiers(errors);
    subject.check_not_generic(errors);
    subject.handler(&types::of_arguments(signature), Vec::new(), errors)
}

impl Subject<'_> {
    fn check_qualifiers(&self, errors: &mut Errors) {
        let Self { signature, noun, .. } = self;
        let name = &signature.ident;
        let write_async = || format!("write `async fn {name}(...)`");
        if let Some(token) = &signature.constness {
            // `async` is what to write in its place, so that its absence is the same mistake.
            errors.at(token, format!("{noun} `{name}` must not be `const`"), write_async());
        }
        if let Safety::Unsafe(token) = &signature.safety {
            errors.at(token, format!("{noun} `{name}` must not be `unsafe`"), "");
        }
        if let Some(abi) = &signature.abi {
            errors.at(abi, format!("{noun} `{name}` must not be `extern`"), "");
        }
        if signature.asyncness.is_none() && signature.constness.is_none() {
            errors.at(signature.fn_token, format!("{noun} `{name}` must be an `async fn`"), write_async());
        }
    }

    /// Also finds `impl Trait` in arguments.
    fn check_not_generic(&self, errors: &mut Errors) {
        let Self { signature, noun, .. } = self;
        let what = || format!("{noun} `{}` must not be generic", signature.ident);
        let help = "name the message's type, such as `String` or `Json<Event>`";
        let is_lifetime = |parameter: &GenericParam| matches!(parameter, GenericParam::Lifetime(_));
        if !signature.generics.params.iter().all(is_lifetime) {
            errors.at(&signature.generics, what(), help);
        } else if !signature.generics.params.is_empty() {
            let help = "leave the lifetimes out: what a handler borrows, it borrows for the call";
            errors.at(&signature.generics, what(), help);
            return;
        }
        if let Some(bounds) =
            signature.generics.where_clause.as_ref().filter(|bounds| !bounds.predicates.is_empty())
        {
            let help = match *noun {
                HANDLER => "put it on the `impl` block: what calls the handler is generic over nothing else",
                _ => "remove it: it is always true, or never",
            };
            errors.at(bounds, format!("{noun} `{}` must not have a `where` clause", signature.ident), help);
        }
        for argument in &signature.inputs {
            if let FnArg::Typed(typed) = argument
                && types::mentions(&typed.ty, "impl")
            {
                errors.at(&typed.ty, what(), help);
            }
        }
    }

    fn check_receiver(&self, errors: &mut Errors) -> bool {
        let by_reference = self.signature.receiver().is_some_and(|receiver| match &receiver.kind {
            ReceiverKind::Reference(..) => true,
            ReceiverKind::Typed(_, ty) => matches!(**ty, Type::Reference(_)),
            _ => false,
        });
        if !by_reference {
            match self.signature.receiver() {
                Some(receiver) => self.wrong_arguments(receiver, errors),
                None => self.wrong_arguments(&self.signature.inputs, errors),
            }
        }
        by_reference
    }

    /// The handler, if its arguments are in their places. `types` are those after `self`.
    fn handler(&self, types: &[&Type], cfg: Vec<Attribute>, errors: &mut Errors) -> Option<Handler> {
        self.check_arguments_are_always_there(errors);
        self.check_owned_reply(errors);
        self.check_lent_for_the_call(errors);
        let (message, rest) = match (self.role, types) {
            (Role::Open | Role::Close, _) => (None, types),
            (_, [message, rest @ ..]) => (Some((*message).clone()), rest),
            (_, []) => {
                self.wrong_arguments(&self.signature.inputs, errors);
                return None;
            }
        };
        if let Some(message) = &message
            && self.role != Role::Invalid
        {
            // In an `async fn` rustc asks for the lifetime of a `Cow<str>` at once.
            let is_elided =
                types::is_named(message, "Cow") && !message.to_token_stream().to_string().contains('\'');
            if is_elided || types::mentions(message, "_") {
                errors.push_syntax(syn::Error::new_spanned(message, "a type that is not written"));
            }
            if self.signature.generics.params.is_empty() {
                self.check_owned(message, rest.is_empty(), errors);
            }
        }
        if let (Role::Invalid, Some(reference @ Type::Reference(_))) = (self.role, &message) {
            self.wrong_arguments(reference, errors);
        }
        match &message {
            Some(extractor) if !rest.is_empty() && is_extractor(extractor) => {
                self.refuse_extractor(extractor, errors);
            }
            _ => self.check_nothing_else(rest, message.as_ref().is_some_and(types::is_peer), errors),
        }
        Some(Handler {
            role: self.role,
            name: self.signature.ident.clone(),
            cfg,
            message,
            extra: rest.first().map(|&peer| peer.clone()),
            output: self.signature.output.clone(),
        })
    }

    /// What calls the handler could not leave it out.
    fn check_arguments_are_always_there(&self, errors: &mut Errors) {
        for argument in &self.signature.inputs {
            let attributes = match argument {
                FnArg::Typed(typed) => &typed.attrs,
                FnArg::Receiver(receiver) => &receiver.attrs,
            };
            if let Some(cfg) = parse::cfg(attributes).first() {
                let Self { signature: Signature { ident: name, .. }, noun, .. } = self;
                errors.at(
                    cfg,
                    format!("{noun} `{name}` must have the same arguments under every `#[cfg]`"),
                    format!("put it on the whole {noun}, and write another without the argument"),
                );
            }
        }
    }

    fn check_owned(&self, message: &Type, alone: bool, errors: &mut Errors) {
        let referent = match types::ungrouped(message) {
            Type::Reference(reference) => &*reference.elem,
            other if types::has_no_size(other) || types::borrows(other) => other,
            _ => return,
        };
        let Self { signature, noun, .. } = self;
        let name = &signature.ident;
        if types::is_peer(message) {
            if alone {
                self.wrong_arguments(&signature.inputs, errors);
            } else {
                let what = format!("{noun} `{name}` must take the message before the peer");
                errors.at(message, what, "swap the two arguments");
            }
            return;
        }
        let help = match types::ungrouped(referent).to_token_stream().to_string().as_str() {
            "str" => "take `String` or `Text`",
            "[u8]" => "take `Bytes` or `Vec<u8>`",
            _ if matches!(referent, Type::TraitObject(_)) => {
                "name its type, such as `String` or `Json<Event>`"
            }
            _ if matches!(types::ungrouped(message), Type::Reference(_)) => "take it without the `&`",
            _ => "take a type that borrows nothing",
        };
        errors.at(message, format!("{noun} `{name}` must own its message"), help);
    }

    /// A message in the peer's place is one too many, since no message is taken by parts.
    fn check_nothing_else(&self, rest: &[&Type], is_swapped: bool, errors: &mut Errors) {
        let is_message = |ty: &Type| {
            types::is_payload(ty) || ["Json", "Message"].iter().any(|own| types::is_named(ty, own))
        };
        let alone = rest.len() == 1;
        let is_lent = |ty: &Type| matches!(types::ungrouped(ty), Type::Reference(_));
        let fits = |first: &&Type| is_swapped || !is_message(first) && (alone || is_lent(first));
        let fitting = usize::from(rest.first().is_some_and(fits));
        if rest.len() > fitting {
            let Self { signature, noun, .. } = self;
            let all = signature.inputs.len();
            let extra: TokenStream = signature
                .inputs
                .pairs()
                .skip(all + fitting - rest.len())
                .map(Pair::into_tuple)
                .map(|(argument, comma)| quote!(#argument #comma))
                .collect();
            let help = match self.role {
                Role::Open => "it can take the peer, and nothing else",
                Role::Close => "it can take a `&Closed`, and nothing else",
                Role::EveryMessage => {
                    "it can take one message, such as `Message` or an enum with `#[derive(Message)]`, and then the \
                     peer"
                }
                _ => "it can take the message and then the peer, and nothing else",
            };
            errors.at(extra, format!("{noun} `{}` takes too many arguments", signature.ident), help);
        }
    }

    /// What axum's handlers take, an endpoint's have in their value.
    fn refuse_extractor(&self, extractor: &Type, errors: &mut Errors) {
        let Self { signature, noun, .. } = self;
        errors.at(
            extractor,
            format!("{noun} `{}` takes no extractors", signature.ident),
            "make it a field of a type whose `impl` block is the endpoint; axum's handler takes it, and gives that to \
             `Upgrade::serve`",
        );
    }

    /// At the arguments; at the name when there are none.
    fn wrong_arguments(&self, place: impl ToTokens, errors: &mut Errors) {
        let Self { signature, role, noun } = self;
        let name = &signature.ident;
        let (must, write) = match role {
            Role::Open => ("`&mut self`, and may take the peer", "&mut self, peer: &Peer"),
            Role::Close => ("`&mut self`, and may take a `&Closed`", "&mut self, closed: &Closed"),
            Role::Invalid => ("`&mut self` and one `Invalid`", "&mut self, invalid: Invalid<'_>"),
            _ if *noun == ENDPOINT => ("one message", self.argument()),
            _ => ("`&mut self` and one message", self.argument()),
        };
        let mut place = place.to_token_stream();
        if place.is_empty() {
            place = name.to_token_stream();
        }
        let what = format!("{noun} `{name}` must take {must}");
        errors.at(place, what, format!("write `async fn {name}({write})`"));
    }

    /// The arguments to suggest.
    fn argument(&self) -> &'static str {
        match (self.noun == ENDPOINT, self.role) {
            (true, Role::Message(Kind::Text)) => "message: String",
            (true, Role::Message(Kind::Binary)) => "message: Bytes",
            (true, _) => "message: Message",
            (false, Role::Message(Kind::Text)) => "&mut self, message: String",
            (false, Role::Message(Kind::Binary)) => "&mut self, message: Bytes",
            (false, _) => "&mut self, message: Message",
        }
    }
}

/// Whether a type is named as one of axum's extractors that come before others.
fn is_extractor(ty: &Type) -> bool {
    const EXTRACTORS: [&str; 8] =
        ["ConnectInfo", "Extension", "HeaderMap", "Path", "Query", "State", "Upgrade", "WebSocketUpgrade"];
    EXTRACTORS.iter().any(|extractor| types::is_named(ty, extractor))
}
