//! The values of options: sizes and subprotocols.

use proc_macro2::Ident;
use syn::{Expr, ExprLit, Lit, LitStr};

use crate::errors::Errors;
use crate::names::{self, UNITS};

/// A number of bytes: an integer, or a string with a unit.
pub(crate) fn check_size(literal: &Lit, errors: &mut Errors) -> Option<u64> {
    match size(literal) {
        Ok(0) => {
            errors.at(
                literal,
                "a size limit of zero refuses every message",
                "leave the option out to keep the default",
            );
            None
        }
        Ok(size) => Some(size),
        Err((what, help)) => {
            errors.at(literal, what, help);
            None
        }
    }
}

fn size(literal: &Lit) -> Result<u64, (String, String)> {
    const HELP: &str = "write a number of bytes, such as `65536` or `\"64 KiB\"`";
    let (written, number, unit) = match literal {
        Lit::Str(string) if !string.suffix().is_empty() => {
            let help = format!("write `{:?}`", string.value());
            return Err((format!("`{}` is not a size", string.token()), help));
        }
        Lit::Str(string) => {
            let value = string.value();
            let value = value.trim();
            let digits = value.find(|c: char| !c.is_ascii_digit() && c != '_').unwrap_or(value.len());
            let (number, unit) = value.split_at(digits);
            (value.to_owned(), number.replace('_', ""), unit.trim().to_owned())
        }
        Lit::Int(integer) if integer.base10_digits().starts_with('-') => {
            return Err((format!("`{integer}` is not a size"), HELP.to_owned()));
        }
        Lit::Int(integer) if ["", "usize", "u32", "u64"].contains(&integer.suffix()) => {
            (integer.to_string(), integer.base10_digits().to_owned(), "B".to_owned())
        }
        // `64KiB` is one token, an integer with a suffix.
        Lit::Int(integer) => {
            let (number, unit) = (integer.base10_digits(), integer.suffix());
            let help = unit_for(unit).map_or_else(
                || HELP.to_owned(),
                |unit| format!("write it as a string: `\"{number} {unit}\"`"),
            );
            return Err((format!("`{integer}` is not a size"), help));
        }
        _ => return Err(("this is not a size".to_owned(), HELP.to_owned())),
    };
    if number.is_empty() || unit.starts_with(|c: char| !c.is_ascii_alphabetic()) {
        return Err((format!("`{written}` is not a size"), HELP.to_owned()));
    }
    if unit.is_empty() {
        let help = format!("write `\"{number} B\"`, or the number without quotes");
        return Err((format!("`{written}` has no unit"), help));
    }
    let Some(power) = UNITS.iter().position(|known| *known == unit) else {
        let units = names::list(UNITS);
        let help = unit_for(&unit).map_or_else(String::new, |meant| format!("write `\"{number} {meant}\"`"));
        return Err((format!("unknown size unit `{unit}`, expected one of: {units}"), help));
    };
    let bytes = number.parse::<u64>().ok();
    bytes
        .and_then(|bytes| bytes.checked_mul([1, 1 << 10, 1 << 20, 1 << 30][power]))
        .ok_or_else(|| (format!("`{written}` is more bytes than a number can count"), String::new()))
}

/// The unit that was meant: one that is near, or that begins as `KB`, `k` or `megabytes` do.
fn unit_for(word: &str) -> Option<&'static str> {
    let begins_alike = |unit: &&&str| unit.as_bytes()[0].eq_ignore_ascii_case(&word.as_bytes()[0]);
    let is_integer = word.starts_with(['i', 'u', 'f']);
    let by_name = || UNITS.iter().find(begins_alike).copied();
    names::closest(word, UNITS).or_else(by_name).filter(|_| !is_integer)
}

/// RFC 6455, section 4.1: each name is a token of HTTP, and none is given twice.
pub(crate) fn check_subprotocols(option: &Ident, elements: &[Expr], errors: &mut Errors) -> Vec<LitStr> {
    if elements.is_empty() {
        errors.at(option, "the list of subprotocols is empty", "leave `subprotocols` out");
    }
    let mut names: Vec<LitStr> = Vec::new();
    for element in elements {
        let Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) = element else {
            errors.at(element, "a subprotocol's name has to be a string literal", "write `\"chat.v1\"`");
            continue;
        };
        let value = name.value();
        if names.iter().any(|earlier| earlier.value() == value) {
            errors.at(name, format!("subprotocol `{value}` is listed twice"), "remove this one");
        } else if value.is_empty() {
            errors.at(name, "a subprotocol's name must not be empty", "remove it from the list");
        } else if let Some(wrong) = value.chars().find(|&c| !is_token(c)) {
            errors.at(
                name,
                format!("`{value}` is not a valid subprotocol name: {wrong:?} is not allowed"),
                "use letters, digits and any of ! # $ % & ' * + - . ^ _ ` | ~\n\
                 note: RFC 6455, section 4.1, makes each subprotocol a token",
            );
        } else {
            names.push(name.clone());
        }
    }
    names
}

/// RFC 9110, section 5.6.2.
fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(literal: &str) -> Option<u64> {
        size(&syn::parse_str(literal).unwrap()).ok()
    }

    #[test]
    fn sizes_have_a_unit_or_are_integers() {
        assert_eq!(of("65536"), Some(65536));
        assert_eq!(of("1_024usize"), Some(1024));
        assert_eq!(of("\"64 KiB\""), Some(64 << 10));
        assert_eq!(of("\"64KiB\""), Some(64 << 10));
        assert_eq!(of("\" 8 MiB \""), Some(8 << 20));
        assert_eq!(of("\"2 GiB\""), Some(2 << 30));
        assert_eq!(of("\"7 B\""), Some(7));
    }

    #[test]
    fn what_is_not_a_size_is_none() {
        let wrong =
            ["\"64\"", "\"64 KB\"", "\"64 Kib\"", "\"\"", "\"lots\"", "\"1.5 MiB\"", "\"-1 B\"", "\"_ B\""];
        for literal in wrong.into_iter().chain(["64KiB", "1.5", "true", "\"99999999999 GiB\"", "\"8 M iB\""])
        {
            assert_eq!(of(literal), None, "{literal}");
        }
    }
}
