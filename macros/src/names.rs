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

/// How many letters to add, to take away, to change, or to swap with the next one; case counts for nothing.
fn edits(from: &str, to: &str) -> usize {
    let letters = |word: &str| -> Vec<char> { word.to_lowercase().chars().collect() };
    let (from, to) = (letters(from), letters(to));
    let mut rows = vec![(0..=to.len()).collect::<Vec<usize>>()];
    for i in 0..from.len() {
        let mut row = vec![i + 1];
        for j in 0..to.len() {
            let changed = rows[i][j] + usize::from(from[i] != to[j]);
            let mut least = changed.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && from[i] == to[j - 1] && from[i - 1] == to[j] {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
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
