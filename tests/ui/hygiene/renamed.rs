//! A crate that calls the runtime `web`, knows nothing by the name of `sockpact`, and has taken every name.
#![deny(warnings, missing_docs)]
#![no_implicit_prelude]
#![allow(non_camel_case_types)]

/// The user's own things, named as those of the runtime are.
pub mod names {
    macro_rules! named {
        ($($name:ident)*) => {$(
            /// Not the runtime's.
            #[derive(::std::fmt::Debug)]
            pub struct $name;
        )*};
    }

    named! {
        Result Option Some None Ok Err String Vec Box Send Sync Copy Clone Future Self_ str u8 u16 bool
        Peer Outcome Message Endpoint Contract Accepts Declares Types Returned Text Binary Sends Infallible Reply
        Verdict Invalid Closed CloseFrame CloseReason FromText FromBinary IntoMessage Carried CarriesOne
        __Here __Text __Binary __Sends __Endpoint core std
    }
}

/// Endpoints among them.
pub mod endpoints {
    #[allow(unused_imports)]
    use crate::names::*;

    /// Both kinds.
    #[derive(::web::Message)]
    #[message(crate = ::web)]
    pub enum Either {
        /// A line.
        #[message(text)]
        Line(::std::string::String),
        /// A blob.
        #[message(binary)]
        Blob(::web::Bytes),
    }

    /// Why it ended.
    #[derive(::web::CloseReason)]
    #[close(crate = ::web)]
    pub enum Left {
        /// Said so.
        #[close(1000, "left")]
        Left,
    }

    /// A chat.
    #[derive(::std::fmt::Debug)]
    pub struct Chat;

    #[::web::endpoint(text, binary, subprotocols = ["a"], max_text = 1, sends = Either, crate = ::web)]
    impl Chat {
        #[::web::on(open)]
        async fn message(&mut self, peer: &::web::Peer<Either>) {
            let _ = peer.is_closed();
        }

        #[on(message)]
        async fn peer(&mut self, message: Either, _: &::web::Peer<Either>) -> ::std::result::Result<Either, Left> {
            if let Either::Blob(_) = &message {
                return ::std::result::Result::Err(Left::Left);
            }
            ::std::result::Result::Ok(message)
        }

        #[on(invalid)]
        async fn outcome(&mut self, _: ::web::Invalid<'_>) -> ::web::Verdict<Either> {
            ::web::Verdict::Ignore
        }

        #[on(close)]
        async fn closed(&mut self, _: &::web::Closed) {}
    }

    /// The name of a message, for a payload.
    #[derive(::web::Message)]
    #[message(crate = ::web)]
    pub enum Message {
        /// A line.
        #[message(text)]
        Line(::std::string::String),
    }

    /// Shouts.
    #[::web::endpoint(text, crate = ::web)]
    pub async fn shout(message: Message) -> Message {
        message
    }

    /// An endpoint named as what it takes.
    #[::web::endpoint(binary, crate = ::web)]
    pub async fn message(message: ::web::Bytes) -> ::web::Bytes {
        message
    }
}
