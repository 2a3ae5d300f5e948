//! Generated: see `src/tests/snapshots.rs`.
#![allow(unused_imports)]

use super::*;

#[allow(clippy::unused_async, clippy::unused_self, clippy::needless_pass_by_ref_mut)]
impl Counter {
    async fn line(&mut self, line: String) -> String {
        self.0 += line.len();
        self.0.to_string()
    }
}
const _: () = {
    use ::sockpact::__private as __sockpact;
    #[automatically_derived]
    #[allow(ambiguous_associated_items, private_interfaces)]
    impl __sockpact::Endpoint for Counter {
        const CONTRACT: __sockpact::Contract = __sockpact::Contract::new(
            __sockpact::Accepts::Text,
        );
        type Text = String;
        type Binary = __sockpact::Infallible;
        type Sends = __sockpact::Message;
        fn on_text(
            &mut self,
            __message: String,
            _: &__sockpact::Peer<__sockpact::Message>,
        ) -> impl __sockpact::Future<Output = __sockpact::Outcome>
        where
            for<'__a> Self: __sockpact::Send,
        {
            __sockpact::settle(
                Self::line(self, __message),
                |__returned| __sockpact::Outcome::send(__returned.0),
            )
        }
    }
};
