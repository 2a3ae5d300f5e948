//! The words of the attributes, each once; and which of them was meant.

use strsim::osa_distance;

/// Of `#[endpoint(...)]`: what an endpoint accepts.
pub(crate) const KINDS: &[&str] = &["text", "binary"];

/// Of `#[endpoint(...)]`: what has a value.
pub(crate) const OPTIONS: &[&str] = &["subprotocols", "max_text", "max_binary", "sends", "crate"];

/// Of `#[on(...)]`: what a method handles.
pub(crate) const HANDLERS: &[&str] = &["open", "text", "binary", "message", "invalid", "close"];

/// Units of a size, each 1,024 times the one before.
pub(crate) const UNITS: &[&str] = &["B", "KiB", "MiB", "GiB"];

/// How an option is written, for a help text.
pub(crate) fn example(option: &str) -> &'static str {
    match option {
        "subprotocols" => "subprotocols = [\"chat.v1\"]",
        "max_text" => "max_text = \"64 KiB\"",
        "max_binary" => "max_binary = \"8 MiB\"",
        "sends" => "sends = Json<Event>",
        _ => "crate = path::to::sockpact",
    }
}

/// The words as they stand in a message: `` `text`, `binary` ``.
pub(crate) fn list(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

/// "did you mean", or nothing when no word is near.
pub(crate) fn suggestion<'a>(word: &str, words: impl IntoIterator<Item = &'a &'a str>) -> String {
    closest(word, words).map_or_else(String::new, |meant| format!("did you mean `{meant}`?"))
}

/// The word that was meant: within a third of the length in letters added, taken away, changed or swapped with the
/// next, so that `json` is not taken for `binary`. Case counts for nothing.
pub(crate) fn closest<'a>(word: &str, words: impl IntoIterator<Item = &'a &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    words
        .into_iter()
        .map(|candidate| (osa_distance(&word, &candidate.to_lowercase()), *candidate))
        .filter(|(edits, candidate)| *edits <= word.chars().count().max(candidate.len()) / 3)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// What is to be written for a word that others have for a kind of message; or nothing.
pub(crate) fn kind_for(word: &str) -> &'static str {
    match word.to_lowercase().as_str() {
        "string" | "str" | "utf8" => "write `text`",
        "json" => "write `text`, and take `Json<T>`",
        "bytes" | "blob" | "vec" => "write `binary`",
        "message" | "messages" | "all" | "any" | "both" => "write `text, binary`",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_suggested_and_far_ones_are_not() {
        assert_eq!(closest("txt", KINDS), Some("text"));
        assert_eq!(closest("Binary", KINDS), Some("binary"));
        assert_eq!(closest("txet", KINDS), Some("text"));
        assert_eq!(closest("json", KINDS), None);
        assert_eq!(closest("subprotocol", OPTIONS), Some("subprotocols"));
        assert_eq!(closest("", KINDS), None);
    }
}
