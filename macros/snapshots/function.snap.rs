//! Generated: see `src/tests/snapshots.rs`.
#![allow(unused_imports)]

use super::*;

/// Shouts.
#[must_use]
pub fn shout() -> impl ::sockpact::__private::Endpoint + ::core::marker::Copy {
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct __Endpoint;
    #[allow(clippy::unused_async)]
    async fn shout(line: String) -> String {
        line.to_uppercase()
    }
    #[automatically_derived]
    impl ::sockpact::__private::Endpoint for __Endpoint {
        const CONTRACT: ::sockpact::__private::Contract = ::sockpact::__private::Contract::new(
            ::sockpact::__private::Accepts::Text,
        );
        type Text = String;
        type Binary = ::sockpact::__private::Infallible;
        type Sends = ::sockpact::__private::Message;
        fn on_text(
            &mut self,
            __message: String,
            _: &::sockpact::__private::Peer<::sockpact::__private::Message>,
        ) -> impl ::sockpact::__private::Future<
            Output = ::sockpact::__private::Outcome,
        > {
            ::sockpact::__private::settle(
                shout(__message),
                |__returned| ::sockpact::__private::Outcome::send(__returned.0),
            )
        }
    }
    __Endpoint
}
