//! Generated: see `src/tests/snapshots.rs`.
#![allow(unused_imports)]

use super::*;

impl Counter {
    #[allow(clippy::unused_async, clippy::unused_self, clippy::needless_pass_by_ref_mut)]
    async fn line(&mut self, line: String) -> String {
        self.0 += line.len();
        self.0.to_string()
    }
}
#[automatically_derived]
#[allow(ambiguous_associated_items, private_interfaces)]
impl ::sockpact::__private::Endpoint for Counter {
    const CONTRACT: ::sockpact::__private::Contract =
        ::sockpact::__private::Contract::new(::sockpact::__private::Accepts::Text);
    type Text = String;
    type Binary = ::sockpact::__private::Infallible;
    type Sends = ::sockpact::__private::Message;
    fn on_text(
        &mut self,
        __message: String,
        _: &::sockpact::__private::Peer<::sockpact::__private::Message>,
    ) -> impl ::core::future::Future<Output = ::sockpact::__private::Outcome>
    where
        for<'__a> Self: ::core::marker::Send,
    {
        ::sockpact::__private::settle(Self::line(self, __message), |__returned| {
            ::sockpact::__private::Outcome::send(__returned.0)
        })
    }
}
