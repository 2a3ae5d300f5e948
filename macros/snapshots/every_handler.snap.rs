//! Generated: see `src/tests/snapshots.rs`.
#![allow(unused_imports)]

use super::*;

impl<T> Log<T>
where
    T: Display + Send + 'static,
{
    #[allow(clippy::unused_async, clippy::unused_self, clippy::needless_pass_by_ref_mut)]
    async fn opened(&mut self) -> String {
        "hello".into()
    }
    #[allow(clippy::unused_async, clippy::unused_self, clippy::needless_pass_by_ref_mut)]
    async fn said(&mut self, message: Message) {
        self.lines += message.payload().len();
    }
    #[allow(clippy::unused_async, clippy::unused_self, clippy::needless_pass_by_ref_mut)]
    async fn invalid(&mut self, _: Invalid<'_>) -> Verdict<String> {
        Verdict::Ignore
    }
    #[allow(clippy::unused_async, clippy::unused_self, clippy::needless_pass_by_ref_mut)]
    async fn left(&mut self, closed: &Closed) {
        self.name = None;
        self.lines += usize::from(closed.code());
    }
}
const _: () = {
    enum __Here {}
    impl<T> ::sockpact::__private::Declares<__Here> for Log<T>
    where
        T: Display + Send + 'static,
    {
        type Text = Message;
        type Binary = Message;
        type Sends = String;
    }
    impl<T, __Text, __Binary, __Sends> ::sockpact::__private::Types for Log<T>
    where
        T: Display + Send + 'static,
        Self: ::sockpact::__private::Declares<__Here, Text = __Text, Binary = __Binary, Sends = __Sends>,
    {
        type Text = __Text;
        type Binary = __Binary;
        type Sends = __Sends;
    }
    #[automatically_derived]
    #[allow(ambiguous_associated_items, private_interfaces)]
    impl<T> ::sockpact::__private::Endpoint for Log<T>
    where
        T: Display + Send + 'static,
        T: ::core::marker::Send + 'static,
    {
        const CONTRACT: ::sockpact::__private::Contract =
            ::sockpact::__private::Contract::new(::sockpact::__private::Accepts::Both);
        type Text = <Self as ::sockpact::__private::Types>::Text;
        type Binary = <Self as ::sockpact::__private::Types>::Binary;
        type Sends = String;
        fn on_open(
            &mut self,
            _: &::sockpact::__private::Peer<String>,
        ) -> impl ::core::future::Future<Output = ::sockpact::__private::Outcome>
        where
            for<'__a> Self: ::core::marker::Send,
        {
            ::sockpact::__private::settle(Self::opened(self), |__returned| {
                ::sockpact::__private::send::<Self>(__returned.0)
            })
        }
        fn on_text(
            &mut self,
            __message: Message,
            _: &::sockpact::__private::Peer<String>,
        ) -> impl ::core::future::Future<Output = ::sockpact::__private::Outcome>
        where
            for<'__a> Self: ::core::marker::Send,
            for<'__a> Message: ::core::marker::Send,
        {
            ::sockpact::__private::settle(Self::said(self, __message), |_| {
                ::sockpact::__private::Outcome::nothing()
            })
        }
        fn on_binary(
            &mut self,
            __message: Message,
            _: &::sockpact::__private::Peer<String>,
        ) -> impl ::core::future::Future<Output = ::sockpact::__private::Outcome>
        where
            for<'__a> Self: ::core::marker::Send,
            for<'__a> Message: ::core::marker::Send,
        {
            ::sockpact::__private::settle(Self::said(self, __message), |_| {
                ::sockpact::__private::Outcome::nothing()
            })
        }
        fn on_invalid(
            &mut self,
            __message: ::sockpact::__private::Invalid<'_>,
            _: &::sockpact::__private::Peer<String>,
        ) -> impl ::core::future::Future<Output = ::sockpact::__private::Verdict<String>>
        where
            for<'__a> Self: ::core::marker::Send,
        {
            ::sockpact::__private::settle(
                Self::invalid(self, __message),
                |__returned| -> ::sockpact::__private::Verdict<Self::Sends> { __returned.0 },
            )
        }
        fn on_close(
            &mut self,
            __last: &::sockpact::__private::Closed,
        ) -> impl ::core::future::Future<Output = ()>
        where
            for<'__a> Self: ::core::marker::Send,
        {
            ::sockpact::__private::settle(Self::left(self, &*__last), |__returned| -> () { __returned.0 })
        }
    }
};
