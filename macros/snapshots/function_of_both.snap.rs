//! Generated: see `src/tests/snapshots.rs`.
#![allow(unused_imports)]

use super::*;

#[must_use]
pub fn measure() -> impl ::sockpact::__private::Endpoint + ::core::marker::Copy {
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct __Endpoint;
    #[allow(clippy::unused_async)]
    async fn measure(message: Message, peer: &Peer) -> Option<String> {
        (!peer.is_closed()).then(|| message.payload().len().to_string())
    }
    #[automatically_derived]
    impl ::sockpact::__private::Endpoint for __Endpoint {
        const CONTRACT: ::sockpact::__private::Contract = ::sockpact::__private::Contract::new(
                ::sockpact::__private::Accepts::Both,
            )
            .subprotocols(&["measure.v1"])
            .max_text(4096);
        type Text = Message;
        type Binary = Message;
        type Sends = ::sockpact::__private::Message;
        fn on_text(
            &mut self,
            __message: Message,
            __last: &::sockpact::__private::Peer<::sockpact::__private::Message>,
        ) -> impl ::sockpact::__private::Future<Output = ::sockpact::__private::Outcome>
        where
            for<'__a> Message: ::sockpact::__private::Send,
        {
            ::sockpact::__private::settle(
                measure(__message, &*__last),
                |__returned| {
                    ::sockpact::__private::of_undeclared(&__returned)
                        .way()
                        .outcome(__returned.0)
                },
            )
        }
        fn on_binary(
            &mut self,
            __message: Message,
            __last: &::sockpact::__private::Peer<::sockpact::__private::Message>,
        ) -> impl ::sockpact::__private::Future<Output = ::sockpact::__private::Outcome>
        where
            for<'__a> Message: ::sockpact::__private::Send,
        {
            ::sockpact::__private::settle(
                measure(__message, &*__last),
                |__returned| {
                    ::sockpact::__private::of_undeclared(&__returned)
                        .way()
                        .outcome(__returned.0)
                },
            )
        }
    }
    __Endpoint
}
