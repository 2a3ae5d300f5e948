//! The words of the attributes, each once; and which of them was meant.

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

/// The word that was meant: within a third of the length in edits, so that `json` is not taken for `binary`.
pub(crate) fn closest<'a>(word: &str, words: impl IntoIterator<Item = &'a &'a str>) -> Option<&'a str> {
    words
        .into_iter()
        .map(|candidate| (edits(word, candidate), *candidate))
        .filter(|(edits, candidate)| *edits <= word.chars().count().max(candidate.len()) / 3)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// The Levenshtein distance, where case counts for nothing.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.to_lowercase().chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_suggested_and_far_ones_are_not() {
        assert_eq!(closest("txt", KINDS), Some("text"));
        assert_eq!(closest("Binary", KINDS), Some("binary"));
        assert_eq!(closest("json", KINDS), None);
        assert_eq!(closest("subprotocol", OPTIONS), Some("subprotocols"));
        assert_eq!(closest("", KINDS), None);
    }
}
