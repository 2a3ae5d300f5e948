//! Generated: see `src/tests/snapshots.rs`.
#![allow(unused_imports)]

use super::*;

#[allow(clippy::unused_async, clippy::unused_self, clippy::needless_pass_by_ref_mut)]
impl<T> Log<T>
where
    T: Display + Send + 'static,
{
    async fn opened(&mut self) -> String {
        "hello".into()
    }
    async fn said(&mut self, message: Message) {
        self.lines += message.payload().len();
    }
    async fn invalid(&mut self, _: Invalid<'_>) -> Verdict<String> {
        Verdict::Ignore
    }
    async fn left(&mut self, closed: &Closed) {
        self.name = None;
        self.lines += usize::from(closed.code());
    }
}
const _: () = {
    use ::sockpact::__private as __sockpact;
    enum __Here {}
    impl<T> __sockpact::Declares<__Here> for Log<T>
    where
        T: Display + Send + 'static,
    {
        type Types = (Message, Message);
    }
    impl<T, __Text, __Binary> __sockpact::Types for Log<T>
    where
        T: Display + Send + 'static,
        Self: __sockpact::Declares<__Here, Types = (__Text, __Binary)>,
    {
        type Text = __Text;
        type Binary = __Binary;
        type Sends = ();
    }
    #[automatically_derived]
    #[allow(ambiguous_associated_items, private_interfaces)]
    impl<T> __sockpact::Endpoint for Log<T>
    where
        T: Display + Send + 'static,
        T: ::core::marker::Send + 'static,
    {
        const CONTRACT: __sockpact::Contract = __sockpact::Contract::new(
            __sockpact::Accepts::Both,
        );
        type Text = <Self as __sockpact::Types>::Text;
        type Binary = <Self as __sockpact::Types>::Binary;
        type Sends = String;
        fn on_open(
            &mut self,
            _: &__sockpact::Peer<String>,
        ) -> impl __sockpact::Future<Output = __sockpact::Outcome>
        where
            for<'__a> Self: __sockpact::Send,
        {
            __sockpact::settle(Self::opened(self), __sockpact::send_declared::<Self>)
        }
        fn on_text(
            &mut self,
            __message: Message,
            _: &__sockpact::Peer<String>,
        ) -> impl __sockpact::Future<Output = __sockpact::Outcome>
        where
            for<'__a> Self: __sockpact::Send,
            for<'__a> Message: __sockpact::Send,
        {
            __sockpact::settle(Self::said(self, __message), __sockpact::send_nothing)
        }
        fn on_binary(
            &mut self,
            __message: Message,
            _: &__sockpact::Peer<String>,
        ) -> impl __sockpact::Future<Output = __sockpact::Outcome>
        where
            for<'__a> Self: __sockpact::Send,
            for<'__a> Message: __sockpact::Send,
        {
            __sockpact::settle(Self::said(self, __message), __sockpact::send_nothing)
        }
        fn on_invalid(
            &mut self,
            __message: __sockpact::Invalid<'_>,
            _: &__sockpact::Peer<String>,
        ) -> impl __sockpact::Future<Output = __sockpact::Verdict<String>>
        where
            for<'__a> Self: __sockpact::Send,
        {
            __sockpact::settle(
                Self::invalid(self, __message),
                |__returned| -> __sockpact::Verdict<String> { __returned.0 },
            )
        }
        fn on_close(
            &mut self,
            __last: &__sockpact::Closed,
        ) -> impl __sockpact::Future<Output = ()>
        where
            for<'__a> Self: __sockpact::Send,
        {
            Self::left(self, &*__last)
        }
    }
};
