//! Generated: see `src/tests/snapshots.rs`.
#![allow(unused_imports)]

use super::*;

impl Chat {
    #[allow(clippy::unused_async, clippy::unused_self, clippy::needless_pass_by_ref_mut)]
    async fn command(&mut self, Json(command): Json<u64>) -> Result<Json<u64>, CloseFrame> {
        self.0 = command;
        Ok(Json(command))
    }
    #[allow(clippy::unused_async, clippy::unused_self, clippy::needless_pass_by_ref_mut)]
    async fn picture(&mut self, image: Bytes, peer: &Peer<Json<u64>>) {
        let _ = peer.send(Json(image.len() as u64 + self.0)).await;
    }
}
const _: () = {
    enum __Here {}
    impl ::sockpact::__private::Declares<__Here> for Chat {
        type Text = Json<u64>;
        type Binary = Bytes;
        type Sends = Json<u64>;
    }
    impl<__Text, __Binary, __Sends> ::sockpact::__private::Types for Chat
    where
        Self: ::sockpact::__private::Declares<__Here, Text = __Text, Binary = __Binary, Sends = __Sends>,
    {
        type Text = __Text;
        type Binary = __Binary;
        type Sends = __Sends;
    }
    #[automatically_derived]
    #[allow(ambiguous_associated_items, private_interfaces)]
    impl ::sockpact::__private::Endpoint for Chat {
        const CONTRACT: ::sockpact::__private::Contract =
            ::sockpact::__private::Contract::new(::sockpact::__private::Accepts::Both).max_binary(8388608);
        type Text = <Self as ::sockpact::__private::Types>::Text;
        type Binary = Bytes;
        type Sends = <Self as ::sockpact::__private::Types>::Sends;
        fn on_text(
            &mut self,
            __message: Json<u64>,
            _: &::sockpact::__private::Peer<Json<u64>>,
        ) -> impl ::core::future::Future<Output = ::sockpact::__private::Outcome>
        where
            for<'__a> Self: ::core::marker::Send,
            for<'__a> Json<u64>: ::core::marker::Send,
        {
            ::sockpact::__private::settle(Self::command(self, __message), |__returned| {
                ::sockpact::__private::Returned::<::sockpact::__private::Declared<Self::Sends>, _>::of(
                    &__returned,
                )
                .way()
                .outcome(__returned.0)
            })
        }
        fn on_binary(
            &mut self,
            __message: Bytes,
            __last: &::sockpact::__private::Peer<Json<u64>>,
        ) -> impl ::core::future::Future<Output = ::sockpact::__private::Outcome>
        where
            for<'__a> Self: ::core::marker::Send,
        {
            ::sockpact::__private::settle(Self::picture(self, __message, &*__last), |_| {
                ::sockpact::__private::Outcome::nothing()
            })
        }
    }
};
