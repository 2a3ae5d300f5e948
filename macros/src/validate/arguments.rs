//! The arguments of `#[endpoint(...)]`: known, given once, with values of the right sort.

use proc_macro2::Span;
use syn::{Ident, Lit, Path, Token, Type};

use super::options;
use crate::errors::Errors;
use crate::model::{Contract, Kind};
use crate::names::{self, KINDS, OPTIONS};
use crate::parse::{Argument, Value, types};

pub(crate) fn contract(arguments: &[Argument], errors: &mut Errors) -> Contract {
    let mut contract = Contract {
        krate: sockpact(),
        text: None,
        binary: None,
        // What was not understood at all may have been a kind.
        misspelled: !errors.is_empty(),
        subprotocols: Vec::new(),
        max_text: None,
        max_binary: None,
        sends: None,
    };
    for (index, argument) in arguments.iter().enumerate() {
        let earlier = &arguments[..index];
        if !check_known(argument, &mut contract, errors) || !check_once(argument, earlier, errors) {
            continue;
        }
        match Kind::from_word(&argument.name) {
            Some(kind) => check_kind(argument, kind, &mut contract, errors),
            None => check_option(argument, &mut contract, errors),
        }
    }
    check_limits_of_declared_kinds(arguments, &contract, errors);
    contract
}

/// Whether the word is one of ours.
fn check_known(argument: &Argument, contract: &mut Contract, errors: &mut Errors) -> bool {
    let Argument { name, value } = argument;
    let word = name.to_string();
    if KINDS.iter().chain(OPTIONS).any(|known| *known == word) {
        return true;
    }
    // `kind = text`, `accepts(text)`: the kind is there, and its absence no second mistake.
    let kind = KINDS.iter().find(|kind| value.mentions(kind));
    let help = match (kind, names::kind_for(&word)) {
        (Some(kind), _) => format!("write `{kind}` alone"),
        (None, "") => names::suggestion(&word, KINDS.iter().chain(OPTIONS)),
        (None, write) => write.to_owned(),
    };
    contract.misspelled |= kind.is_some();
    if matches!(value, Value::None | Value::Other(_)) {
        contract.misspelled = true;
        let kinds = names::list(KINDS);
        errors.at(name, format!("unknown message kind `{word}`, expected one of: {kinds}"), help);
    } else {
        let options = names::list(OPTIONS);
        errors.at(name, format!("unknown option `{word}`, expected one of: {options}"), help);
    }
    false
}

fn check_once(argument: &Argument, earlier: &[Argument], errors: &mut Errors) -> bool {
    let name = &argument.name;
    let once = earlier.iter().all(|other| other.name != *name);
    if !once {
        let how = if Kind::from_word(name).is_some() { "listed" } else { "given" };
        errors.at(name, format!("`{name}` is {how} twice"), "remove this one");
    }
    once
}

fn check_kind(argument: &Argument, kind: Kind, contract: &mut Contract, errors: &mut Errors) {
    let Argument { name, value } = argument;
    if !matches!(value, Value::None) {
        errors.at(name, format!("`{name}` takes no value"), format!("write `{name}` alone"));
    }
    match kind {
        Kind::Text => contract.text = Some(name.clone()),
        Kind::Binary => contract.binary = Some(name.clone()),
    }
}

fn check_option(argument: &Argument, contract: &mut Contract, errors: &mut Errors) {
    let Argument { name, value } = argument;
    let option = name.to_string();
    let help =
        format!("write `{}`", meant(&option, value).unwrap_or_else(|| names::example(&option).to_owned()));
    match value {
        Value::None | Value::Missing => errors.at(name, format!("`{name}` is missing its value"), help),
        Value::Other(tokens) => errors.at(tokens, format!("this is not a value of `{name}`"), help),
        Value::Literal(literal) if option == "max_text" => {
            contract.max_text = options::check_size(literal, errors);
        }
        Value::Literal(literal) if option == "max_binary" => {
            contract.max_binary = options::check_size(literal, errors);
        }
        Value::List(_, elements) if option == "subprotocols" => {
            contract.subprotocols = options::check_subprotocols(name, elements, errors);
        }
        Value::Type(sends) if option == "sends" && types::can_be_associated(sends) => {
            contract.sends = Some(sends.clone())
        }
        Value::Literal(literal) => errors.at(literal, format!("this is not a value of `{name}`"), help),
        Value::List(list, _) => errors.at(list, format!("this is not a value of `{name}`"), help),
        Value::Type(other) => match plain_path(other).filter(|_| option == "crate") {
            Some(path) => contract.krate = path.clone(),
            None => errors.at(other, format!("this is not a value of `{name}`"), help),
        },
    }
}

/// The option as it was meant: what stands in a string without it, or in a list.
fn meant(option: &str, value: &Value) -> Option<String> {
    let Value::Literal(Lit::Str(written)) = value else { return None };
    let written = written.value();
    match option {
        "subprotocols" => {
            let each: Vec<_> = written.split(',').map(|name| format!("{:?}", name.trim())).collect();
            Some(format!("{option} = [{}]", each.join(", ")))
        }
        "sends" | "crate" => {
            syn::parse_str::<Type>(&written).is_ok().then(|| format!("{option} = {written}"))
        }
        _ => None,
    }
}

/// `::sockpact`
fn sockpact() -> Path {
    let mut path = Path::from(Ident::new("sockpact", Span::call_site()));
    path.leading_colon = Some(Token![::](Span::call_site()));
    path
}

/// A path as `use` takes it.
fn plain_path(path: &Type) -> Option<&Path> {
    match path {
        Type::Group(group) => plain_path(&group.elem),
        Type::Path(path) => {
            let is_plain =
                path.qself.is_none() && path.path.segments.iter().all(|name| name.arguments.is_none());
            is_plain.then_some(&path.path)
        }
        _ => None,
    }
}

fn check_limits_of_declared_kinds(arguments: &[Argument], contract: &Contract, errors: &mut Errors) {
    if contract.misspelled || contract.text.is_none() && contract.binary.is_none() {
        return;
    }
    let limits: [(&str, Kind); 2] = [("max_text", Kind::Text), ("max_binary", Kind::Binary)];
    for (option, kind) in limits {
        let limit: Option<&Ident> =
            arguments.iter().map(|argument| &argument.name).find(|name| *name == option);
        if let (Some(limit), None) = (limit, contract.declared(kind)) {
            let kind = kind.as_str();
            errors.at(
                limit,
                format!("`{option}` limits `{kind}` messages, which this endpoint does not accept"),
                format!("add `{kind}` to `#[endpoint(...)]`, or remove this option"),
            );
        }
    }
}

/// The exception to the rule that an error points at a token of the user's: there is none to point at.
pub(crate) fn check_some_kind(contract: &Contract, errors: &mut Errors) {
    if contract.text.is_none() && contract.binary.is_none() && !contract.misspelled {
        errors.at_span(
            Span::call_site(),
            "this endpoint accepts no messages",
            "write `#[endpoint(text)]`, `#[endpoint(binary)]` or `#[endpoint(text, binary)]`",
        );
    }
}
