//! Where one member of a block ends and the next begins, which is found before they are parsed.

use proc_macro2::{Delimiter, Group, TokenStream};
use quote::quote;

use crate::expand_endpoint;

/// What the block becomes, as it is written; the members before it, less their `#[on]`, are expected to be there too.
fn expanded(members: &TokenStream, kept: &TokenStream) -> String {
    let expanded = expand_endpoint(quote!(text, binary), quote!(impl Chat { #members })).to_string();
    assert!(!expanded.contains("compile_error") && !expanded.contains("# [on"), "{expanded}");
    assert!(expanded.contains(&kept.to_string()), "{kept}\n{expanded}");
    expanded
}

#[test]
fn braces_in_a_type_are_no_body() {
    let rest = quote!(
        async fn sent(&mut self, bytes: Bytes) {}
    );
    for ty in
        [quote!(Frame<{ 3 }>), quote!(Frame<{ 3 }, u8>), quote!(Option<Frame<{ 3 }>>), quote!(frame! { 3 })]
    {
        let method = quote!(async fn said(&mut self, line: String) -> #ty { Frame });
        let expanded = expanded(&quote!(#[on(text)] #method #[on(binary)] #rest), &quote!(#method #rest));
        assert!(expanded.contains("fn on_text") && expanded.contains("fn on_binary"), "{ty}");
    }
}

#[test]
fn what_is_no_method_is_kept_as_it_was_written() {
    let handler = quote!(
        #[allow(x)]
        async fn both(&mut self, message: Message) {}
    );
    let others = [
        quote!(#![allow(y)] #![allow(z)]),
        quote!(
            const LONGEST: usize = { 32 };
        ),
        quote!(
            const LONGEST: usize = if cfg!(z) { 32 } else { 64 };
        ),
        quote!(one! {} two!(); ::three::four! { #[on(text)] }),
        quote!(
            type Line = Frame<{ 3 }>;
        ),
        quote!(#[cfg(z)] fn helper() -> Frame<{ 3 }> where Frame<{ 3 }>: Sized { x. }),
        quote!(
            fn unfinished(&self);
        ),
    ];
    for other in others {
        let tokens =
            expand_endpoint(quote!(text), quote!(impl Chat { #other #[on(message)] #handler })).to_string();
        let allowed =
            "# [allow (clippy :: unused_async , clippy :: unused_self , clippy :: needless_pass_by_ref_mut)]";
        assert!(tokens.contains(&format!("{{ {other} {allowed} {handler} }}")), "{tokens}");
        assert!(tokens.contains("fn on_text"), "{tokens}");

        // What could not be read might have been the handler.
        let without = expand_endpoint(quote!(text), quote!(impl Chat { #other })).to_string();
        assert!(without.contains("messages") && !without.contains("cannot read this"), "{without}");
    }
}

/// As `$handler:item` gives it to a macro, which may give it to another.
#[test]
fn a_member_that_a_macro_was_given_is_a_member() {
    let handler = quote!(
        #[on(text)]
        async fn said(&mut self, line: String) {}
    );
    let given = Group::new(Delimiter::None, handler);
    let given_on = Group::new(Delimiter::None, quote!(#given));
    for given in [given, given_on] {
        let another = quote!(
            #[on(binary)]
            async fn sent(&mut self, bytes: Bytes) {}
        );
        let both = [quote!(#given #another), quote!(#another #given)];
        for members in both {
            let tokens = expand_endpoint(quote!(text, binary), quote!(impl Chat { #members })).to_string();
            assert!(tokens.contains("fn on_text") && tokens.contains("fn on_binary"), "{tokens}");
        }
    }
}
