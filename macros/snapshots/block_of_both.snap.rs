//! Generated: see `src/tests/snapshots.rs`.
#![allow(unused_imports)]

use super::*;

#[allow(clippy::unused_async, clippy::unused_self, clippy::needless_pass_by_ref_mut)]
impl Chat {
    async fn command(
        &mut self,
        Json(command): Json<u64>,
    ) -> Result<Json<u64>, CloseFrame> {
        self.0 = command;
        Ok(Json(command))
    }
    async fn picture(&mut self, image: Bytes, peer: &Peer<Json<u64>>) {
        let _ = peer.send(Json(image.len() as u64 + self.0)).await;
    }
}
const _: () = {
    use ::sockpact::__private as __sockpact;
    enum __Here {}
    impl __sockpact::Declares<__Here> for Chat {
        type Types = (Json<u64>, Json<u64>);
    }
    impl<__Text, __Sends> __sockpact::Types for Chat
    where
        Self: __sockpact::Declares<__Here, Types = (__Text, __Sends)>,
    {
        type Text = __Text;
        type Binary = ();
        type Sends = __Sends;
    }
    #[automatically_derived]
    #[allow(ambiguous_associated_items, private_interfaces)]
    impl __sockpact::Endpoint for Chat {
        const CONTRACT: __sockpact::Contract = __sockpact::Contract::new(
                __sockpact::Accepts::Both,
            )
            .max_binary(8388608);
        type Text = <Self as __sockpact::Types>::Text;
        type Binary = Bytes;
        type Sends = <Self as __sockpact::Types>::Sends;
        fn on_text(
            &mut self,
            __message: Json<u64>,
            _: &__sockpact::Peer<Json<u64>>,
        ) -> impl __sockpact::Future<Output = __sockpact::Outcome>
        where
            for<'__a> Self: __sockpact::Send,
            for<'__a> Json<u64>: __sockpact::Send,
        {
            __sockpact::settle(
                Self::command(self, __message),
                |__returned| {
                    __sockpact::of_declared::<Self, _>(&__returned)
                        .way()
                        .outcome(__returned.0)
                },
            )
        }
        fn on_binary(
            &mut self,
            __message: Bytes,
            __last: &__sockpact::Peer<Json<u64>>,
        ) -> impl __sockpact::Future<Output = __sockpact::Outcome>
        where
            for<'__a> Self: __sockpact::Send,
        {
            __sockpact::settle(
                Self::picture(self, __message, &*__last),
                __sockpact::send_nothing,
            )
        }
    }
};
