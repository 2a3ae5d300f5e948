//! The handlers of a block: each declared kind has one, and no other kind has any.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Meta, Path};

use super::signature;
use crate::errors::Errors;
use crate::model::{Contract, Handler, Kind, Role};
use crate::names::{self, HANDLERS};
use crate::parse::{Block, Member, Method, OnAttribute, cfg};

/// A method and the word in its `#[on(...)]`.
struct Marked<'a> {
    method: &'a Method,
    word: Ident,
    role: Role,
}

pub(crate) fn handlers(block: &Block, contract: &Contract, errors: &mut Errors) -> Vec<Handler> {
    let mut found = Errors::default();
    let (mut marked, mut handlers) = (Vec::new(), Vec::new());
    // A handler that was not understood stands for whichever was meant.
    let mut understood = !contract.misspelled;
    let mut unread = None;
    for member in &block.members {
        match member {
            Member::Other(other) => match (&other.on, &other.broken) {
                (Some(on), broken) => {
                    check_on_a_method(on, broken.as_ref(), &mut found);
                    understood = false;
                }
                (None, Some(broken)) => unread = Some(broken),
                (None, None) => {}
            },
            Member::Method(method) if !method.on.is_empty() => match check_word(method, &mut found) {
                Some((word, role)) => {
                    let one = Marked { method, word, role };
                    check_declared(&one, contract, &mut found);
                    if !has_namesake(&one, &marked, &mut found) {
                        check_duplicate(&one, &marked, &mut found);
                    }
                    handlers.extend(signature::method(
                        &method.signature,
                        role,
                        cfg(&method.attributes),
                        &mut found,
                    ));
                    marked.push(one);
                }
                None => understood = false,
            },
            Member::Method(_) => {}
        }
    }
    // The attribute stands above the methods, and so do its errors.
    if understood {
        match (block.calls().next(), unread) {
            (Some(call), _) => check_not_left_to_a_macro(call, contract, &marked, &mut found),
            (None, Some(unread)) if without_handler(contract, &marked).next().is_some() => {
                errors.push_syntax(unread.clone())
            }
            (None, _) => check_each_kind_is_handled(block, contract, &marked, errors),
        }
    }
    errors.append(found);
    handlers
}

fn check_on_a_method(on: &OnAttribute, broken: Option<&syn::Error>, errors: &mut Errors) {
    match broken {
        Some(error) => errors.push_syntax(error.clone()),
        None => errors.at(&on.0, "`#[on]` goes on an `async fn`", "remove it"),
    }
}

/// The one word of a method's `#[on(...)]`.
fn check_word(method: &Method, errors: &mut Errors) -> Option<(Ident, Role)> {
    let name = &method.signature.ident;
    let [on] = method.on.as_slice() else {
        let again = method.on.get(1).map(|on| &on.0);
        let all: TokenStream = method.on.iter().map(|on| on.0.meta.to_token_stream()).collect();
        let help = instead(&all);
        errors.at(again, format!("`{name}` is marked `#[on]` twice"), help);
        return None;
    };
    if on.0.path().is_ident("cfg_attr") {
        let help = "write `#[cfg(...)]` and `#[on(...)]` on their own, and another method for the other case";
        errors.at(&on.0, format!("`#[on]` of `{name}` must not depend on a condition"), help);
        return None;
    }
    let expected = names::list(HANDLERS);
    let tokens = match &on.0.meta {
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(value) => value.value.to_token_stream(),
        Meta::Path(_) => TokenStream::new(),
    };
    let mut trees = tokens.clone().into_iter();
    let word = match (trees.next(), trees.next(), &on.0.meta) {
        (Some(TokenTree::Ident(word)), None, Meta::List(_)) => word,
        (None, ..) => {
            let help = format!("write `#[on(...)]` with one of: {expected}");
            errors.at(&on.0, "`#[on]` does not say what it handles", help);
            return None;
        }
        _ => {
            errors.at(&tokens, format!("`#[on(...)]` takes one of: {expected}"), instead(&tokens));
            return None;
        }
    };
    let Some(role) = Role::from_word(&word) else {
        let help = names::suggestion(&word.to_string(), HANDLERS);
        errors.at(&word, format!("unknown handler `{word}`, expected one of: {expected}"), help);
        return None;
    };
    Some((word, role))
}

/// What to write for these tokens, which are not one word.
fn instead(tokens: &TokenStream) -> String {
    let written = tokens.to_string();
    let words = written.split(|c: char| !c.is_alphanumeric()).filter(|word| HANDLERS.contains(word));
    match words.collect::<Vec<_>>().as_slice() {
        [] => String::new(),
        [word] => format!("write `#[on({word})]`"),
        [one, again] if one == again => "remove this one".to_owned(),
        ["text", "binary"] | ["binary", "text"] => {
            "for one handler of every message, write `#[on(message)]`".to_owned()
        }
        _ => "give each a method of its own".to_owned(),
    }
}

fn check_declared(one: &Marked<'_>, contract: &Contract, errors: &mut Errors) {
    let Role::Message(kind) = one.role else { return };
    let none = contract.text.is_none() && contract.binary.is_none();
    if contract.declared(kind).is_none() && !contract.misspelled && !none {
        let (name, kind) = (&one.method.signature.ident, kind.as_str());
        errors.at(
            &one.word,
            format!("`{name}` handles `{kind}` messages, which this endpoint does not accept"),
            format!("add `{kind}` to `#[endpoint(...)]`, or remove this handler"),
        );
    }
}

/// Two methods of one name, which rustc reports, would be called as one.
fn has_namesake(one: &Marked<'_>, earlier: &[Marked<'_>], errors: &mut Errors) -> bool {
    let name = &one.method.signature.ident;
    let has_cfg = |marked: &Marked<'_>| !cfg(&marked.method.attributes).is_empty();
    let is_namesake =
        |other: &Marked<'_>| other.method.signature.ident == *name && !(has_cfg(one) && has_cfg(other));
    let found = earlier.iter().any(is_namesake);
    if found {
        errors.push_syntax(syn::Error::new(name.span(), "two handlers of one name"));
    }
    found
}

/// Two handlers of which each has a `#[cfg]` are rustc's to judge.
fn check_duplicate(one: &Marked<'_>, earlier: &[Marked<'_>], errors: &mut Errors) {
    let has_cfg = |marked: &Marked<'_>| !cfg(&marked.method.attributes).is_empty();
    let same = |other: &&Marked<'_>| {
        let shared = Kind::ALL.iter().any(|kind| one.role.handles(*kind) && other.role.handles(*kind));
        (shared || one.role == other.role) && !(has_cfg(one) && has_cfg(other))
    };
    if let Some(first) = earlier.iter().find(same) {
        let (first_name, word) = (&first.method.signature.ident, &one.word);
        let (what, help) = match one.role {
            Role::Open | Role::Invalid | Role::Close => (
                format!("`{word}` is already handled by `{first_name}`"),
                format!("keep one handler for `{word}`"),
            ),
            Role::Message(_) | Role::EveryMessage => {
                let kind = if first.role == Role::EveryMessage { word } else { &first.word };
                let messages =
                    if kind == "message" { "messages".to_owned() } else { format!("`{kind}` messages") };
                (
                    format!("{messages} are already handled by `{first_name}`"),
                    "keep one handler for each message kind".to_owned(),
                )
            }
        };
        errors.at(word, what, help);
    }
}

fn check_each_kind_is_handled(
    block: &Block,
    contract: &Contract,
    marked: &[Marked<'_>],
    errors: &mut Errors,
) {
    for declared in without_handler(contract, marked) {
        if let Some(path) = misspelled(block, declared) {
            errors.push_syntax(syn::Error::new_spanned(path, "a misspelled attribute"));
            continue;
        }
        errors.at(
            declared,
            format!("`{declared}` messages are accepted but have no handler"),
            format!("add a method marked `#[on({declared})]`, or remove `{declared}` here"),
        );
    }
}

/// What a macro in the block becomes is not known yet: it is one mistake, whichever kinds it was to handle.
fn check_not_left_to_a_macro(call: &Path, contract: &Contract, marked: &[Marked<'_>], errors: &mut Errors) {
    if let Some(declared) = without_handler(contract, marked).next() {
        errors.at(
            call,
            format!("`{declared}` messages have no handler that `#[endpoint]` can see: this macro is expanded after it"),
            format!("add a method marked `#[on({declared})]`, or let the macro write the whole `impl` block"),
        );
    }
}

/// What may stand for `#[on(...)]` of this kind, such as `#[onn(text)]`, `#[on_text]` or `#[text]`; that there is no such
/// attribute, rustc says.
fn misspelled<'a>(block: &'a Block, declared: &Ident) -> Option<&'a Path> {
    let attributes = block.members.iter().filter_map(|member| match member {
        Member::Method(method) => Some(&method.attributes),
        Member::Other(_) => None,
    });
    let is_meant = |word: &str| declared == word || word == "message";
    let meant = attributes.flatten().find(|attribute| match &attribute.meta {
        Meta::Path(path) => path.get_ident().is_some_and(|name| name.to_string().split('_').any(is_meant)),
        Meta::List(list) => !list.path.is_ident("cfg") && is_meant(&list.tokens.to_string()),
        Meta::NameValue(_) => false,
    });
    meant.map(Attribute::path)
}

/// The declared kinds that nothing handles.
fn without_handler<'a>(contract: &'a Contract, marked: &'a [Marked<'_>]) -> impl Iterator<Item = &'a Ident> {
    Kind::ALL.into_iter().filter_map(move |kind| {
        let handled = || marked.iter().any(|one| one.role.handles(kind));
        let swallowed = || marked.iter().any(|one| one.method.swallows_handlers());
        contract.declared(kind).filter(|_| !handled() && !swallowed())
    })
}
