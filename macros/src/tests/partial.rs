//! Input as an editor gives it while it is being written: rust-analyzer closes what is open, and puts a name of its own
//! where one is missing, so that what is there stays an endpoint.

use super::parse;
use crate::expand_endpoint;

/// What rust-analyzer writes for a name that is missing.
const MISSING: &str = "__ra_fixup";

/// Whether there is an implementation; and the errors that the macro adds to those of rustc.
fn expanded(arguments: &str, item: &str) -> (bool, usize) {
    let expanded = expand_endpoint(parse(arguments), parse(item));
    let text = expanded.to_string();
    assert!(syn::parse2::<syn::File>(expanded).is_ok() || !item.contains(MISSING), "{text}");
    (is_endpoint(&text), text.matches("compile_error").count())
}

fn is_endpoint(text: &str) -> bool {
    text.contains("__sockpact :: Endpoint for") || text.contains("__private :: Endpoint for")
}

#[test]
fn a_body_that_is_not_finished_is_left_to_rustc() {
    let bodies = [
        "line.__ra_fixup",
        "let x = __ra_fixup;",
        "if __ra_fixup { }",
        "match line { }",
        "self.send(line, __ra_fixup)",
        "for line in __ra_fixup { }",
    ];
    for body in bodies {
        let block =
            format!("impl Chat {{ #[on(text)] async fn said(&mut self, line: String) {{ {body} }} }}");
        assert_eq!(expanded("text", &block), (true, 0), "{body}");
        let function = format!("async fn shout(line: String) -> String {{ {body} }}");
        assert_eq!(expanded("text", &function), (true, 0), "{body}");
    }
}

/// A brace that is missing in a body ends with what was meant to be around it: the rest of the block is in the method.
#[test]
fn a_missing_brace_costs_what_it_swallows_and_no_more() {
    let swallowed = "impl Chat {
        #[on(text)] async fn said(&mut self, line: String) {
            if line.is_empty() {
        }
        #[on(binary)] async fn sent(&mut self, bytes: Vec<u8>) {}
    }}";
    assert_eq!(expanded("text, binary", swallowed), (true, 0));
    assert_eq!(expanded("text", swallowed), (true, 0));
}

#[test]
fn a_signature_that_is_not_finished_is_still_an_endpoint() {
    let signatures = [
        "async fn said(&mut self, line: __ra_fixup) {}",
        "async fn said(&mut self, line: String, __ra_fixup: __ra_fixup) {}",
        "async fn said(&mut self, line: String) -> __ra_fixup {}",
        "async fn said(&mut self, line: String) -> {}",
        "async fn said(&mut self, line:) {}",
        "async fn said(&mut self, line) {}",
        "async fn said(&mut self, line: String);",
        "async fn said(&mut self, line: String)",
        "async fn said {}",
        "async fn",
        "",
    ];
    for signature in signatures {
        let block = format!("impl Chat {{ #[on(text)] {signature} }}");
        let (is_endpoint, errors) = expanded("text", &block);
        assert!(is_endpoint && errors == 0, "{signature}: {errors}");
    }
}

#[test]
fn a_method_that_is_not_finished_leaves_its_neighbours_alone() {
    let block = "impl Chat { #[on(text)] async fn said(&mut self, line: String) {} #[on(binary)] async fn }";
    assert_eq!(expanded("text, binary", block), (true, 0));
}

#[test]
fn an_attribute_that_is_not_finished_is_one_error() {
    let block = "impl Chat { #[on(text)] async fn said(&mut self, line: String) {} }";
    for arguments in ["text,", "text, max_text = \"4 KiB\","] {
        assert_eq!(expanded(arguments, block), (true, 0), "{arguments}");
    }
    for arguments in ["tex", "text, max", "text, max_text", "text, max_text =", "text, sends = Json<", ""] {
        assert_eq!(expanded(arguments, block), (true, 1), "{arguments}");
    }
    let unknown = "impl Chat { #[on(te)] async fn said(&mut self, line: String) {} }";
    assert_eq!(expanded("text", unknown), (true, 1));
}

#[test]
fn a_function_that_is_not_finished_can_still_be_mounted() {
    for function in
        ["async fn shout(line: ) {}", "async fn shout(line: String) ->", "async fn shout(line: String)"]
    {
        let text = expand_endpoint(parse("text"), parse(function)).to_string();
        assert!(is_endpoint(&text) && !text.contains("compile_error"), "{text}");
    }
}
