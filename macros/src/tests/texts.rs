//! Each text that a macro can write stands in the expected output of a UI test, and so each `check_*` has its case.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};

/// What no error of a UI test can contain: tokens, and what is said only where rustc has not said it already.
const ELSEWHERE: [&str; 10] = [
    "Vec < u8 >",
    "sockpact cannot read this: ",
    "a misspelled attribute",
    "an attribute that is a value",
    "a type that is not written",
    "a type without a size",
    "a payload that no enum can hold",
    "a statement",
    "a type of the language's own",
    "two handlers of one name",
];

#[test]
fn every_text_of_an_error_is_in_a_ui_test() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let outputs: Vec<String> = files(&package.join("../tests/ui"), "stderr").map(read).collect();
    assert!(outputs.len() > 30, "{}", outputs.len());
    let mut checks = 0;
    let mut missing = Vec::new();
    for path in files(&package.join("src"), "rs")
        .filter(|path| !path.starts_with(package.join("src/tests")) && !path.ends_with("src/tests.rs"))
    {
        let source = read(path);
        checks += source.matches("fn check_").count();
        for text in texts(&source) {
            for fragment in fragments(&text) {
                if !ELSEWHERE.contains(&fragment.as_str())
                    && !outputs.iter().any(|output| output.contains(&fragment))
                {
                    missing.push(fragment);
                }
            }
        }
    }
    assert!(checks > 20, "{checks}");
    assert!(missing.is_empty(), "in no `.stderr` of `tests/ui`: {missing:#?}");
}

/// "Reading sockpact's errors" quotes what is really said.
#[test]
fn every_error_in_the_guide_is_in_a_ui_test() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guide = read(package.join("../runtime/src/errors.md"));
    let outputs: Vec<String> = files(&package.join("../tests/ui"), "stderr").map(read).collect();
    // The lines of recorded errors, and the first column of the table.
    let recorded = guide.lines().filter(|line| line.starts_with("error") || line.starts_with("       help"));
    let said = guide.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let quotes: Vec<&str> = recorded.chain(said).collect();
    assert!(quotes.len() > 10, "{quotes:?}");
    for quote in quotes {
        assert!(outputs.iter().any(|output| output.contains(quote)), "{quote}");
    }
}

/// The string literals of a file, less those of attributes and of unit tests.
fn texts(source: &str) -> Vec<String> {
    fn collect(tokens: TokenStream, texts: &mut Vec<String>) {
        let mut trees = tokens.into_iter().peekable();
        while let Some(tree) = trees.next() {
            match tree {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    trees.next_if(|next| matches!(next, TokenTree::Punct(bang) if bang.as_char() == '!'));
                    trees.next_if(|next| matches!(next, TokenTree::Group(_)));
                }
                TokenTree::Ident(word) if word == "quote" || word == "assert" => {
                    trees.nth(1);
                }
                TokenTree::Group(group) => collect(group.stream(), texts),
                TokenTree::Literal(literal) => {
                    let text = syn::parse2::<syn::LitStr>(TokenTree::Literal(literal).into());
                    texts.extend(text.ok().map(|text| text.value()));
                }
                _ => {}
            }
        }
    }
    let mut texts = Vec::new();
    let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
    collect(source.parse().unwrap(), &mut texts);
    texts
}

/// What a message always contains: its parts between the `{...}` and the line ends.
fn fragments(text: &str) -> Vec<String> {
    let parts = text.split(['\n', '{']).map(|part| part.rsplit('}').next().unwrap_or(part));
    parts.filter(|part| part.len() > 8 && part.contains(' ')).map(str::to_owned).collect()
}

fn files(directory: &Path, extension: &'static str) -> impl Iterator<Item = PathBuf> {
    let mut all = Vec::new();
    let mut directories = vec![directory.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { directories.push(path) } else { all.push(path) }
        }
    }
    all.into_iter().filter(move |path| path.extension().is_some_and(|found| found == extension))
}

fn read(path: PathBuf) -> String {
    fs::read_to_string(path).unwrap()
}
