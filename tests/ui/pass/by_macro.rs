//! Endpoints out of `macro_rules!`: whatever comes from the macro and whatever from its caller. Names of variables are
//! hygienic, `self` too, so that those of generated code must not come from the one where they are used by the other.
#![deny(warnings, clippy::pedantic)]

use sockpact::{
    Bytes, Closed, Endpoint, IntoEndpoint, Invalid, Json, Message, Peer, Text, Verdict, endpoint,
};

macro_rules! whole {
    ($($item:item)*) => {
        $(#[endpoint(text)] $item)*
    };
}

struct Whole;

whole! {
    async fn shout(line: String) -> Option<String> {
        Some(line.to_uppercase())
    }

    impl Whole {
        #[on(open)]
        async fn opened(&mut self, peer: &Peer) -> Option<Text> {
            peer.headers().is_empty().then(|| "hello".into())
        }

        #[on(text)]
        async fn said(&mut self, line: String, peer: &Peer) -> Result<Message, u8> {
            peer.send(line.into()).await.map_err(|_| 1)?;
            Err(2)
        }

        #[on(invalid)]
        async fn invalid(&mut self, _: Invalid<'_>, _: &Peer) -> Verdict {
            Verdict::Ignore
        }

        #[on(close)]
        async fn left(&mut self, _: &Closed) {}
    }
}

macro_rules! parts {
    ($own:ty, $kind:ident, $name:ident($this:ident, $message:ident: $type:ty, $peer:ident: $of:ty) -> $reply:ty $body:block) => {
        #[endpoint($kind, sends = Json<u64>)]
        impl $own {
            #[on($kind)]
            async fn $name(&mut $this, $message: $type, $peer: $of) -> $reply $body
        }
    };
    ($name:ident: $type:ty, $kind:ident, $reply:ty, $value:expr) => {
        #[endpoint($kind)]
        async fn $name(_: $type) -> $reply {
            $value
        }
    };
    (own $own:ty, $said:ident, $message:ty, $invalid:ident, $lifetime:lifetime, $verdict:ty, $left:ident, $closed:ty) => {
        #[endpoint(binary)]
        impl $own {
            #[on(binary)]
            async fn $said(&mut self, _: $message) {}

            #[on(invalid)]
            async fn $invalid(&mut self, _: Invalid<$lifetime>) -> $verdict {
                Verdict::Ignore
            }

            #[on(close)]
            async fn $left(&mut self, _: $closed) {}
        }
    };
}

struct Counts(u64);

parts! { Counts, text, count(self, by: Json<u64>, peer: &Peer<Json<u64>>) -> Result<Json<u64>, u8> {
    self.0 += by.0;
    peer.send(by).await.map_err(|_| 1)?;
    Ok(Json(self.0))
} }
parts! { length: Bytes, binary, String, String::new() }
parts! { lengths: Vec<u8>, binary, Vec<Bytes>, Vec::new() }

struct Own;

parts! { own Own, said, Vec<u8>, invalid, '_, Verdict, left, &Closed }

fn mount<Way>(_: impl IntoEndpoint<Way>) {}

fn main() {
    fn is_endpoint<E: Endpoint>(_: E) {}
    mount(shout);
    mount(length);
    mount(lengths);
    is_endpoint(Whole);
    is_endpoint(Counts(0));
    is_endpoint(Own);
}
