//! A block may be generic, and comes out of a `macro_rules!` as well as out of a file.
#![deny(warnings, clippy::pedantic)]

use std::fmt::Display;

use serde::de::DeserializeOwned;
use sockpact::{self as sp, Endpoint, Json, endpoint};

struct Shows<T>(Vec<T>);

#[endpoint(text)]
impl<T: DeserializeOwned + Display> Shows<T>
where
    T: Send + 'static,
{
    #[on(text)]
    async fn shown(&mut self, Json(value): Json<T>) -> String {
        let shown = value.to_string();
        self.0.push(value);
        shown
    }
}

macro_rules! endpoints {
    ($($name:ident: $message:ty, $kind:ident, $limit:literal, $sends:ty;)*) => {$(
        struct $name;

        #[endpoint($kind, max_text = $limit, sends = $sends)]
        impl $name {
            #[on($kind)]
            async fn handle(&mut self, message: $message) -> $sends {
                message.into()
            }
        }
    )*};
}

endpoints! {
    Line: String, text, "64 KiB", sockpact::Text;
}

macro_rules! speaks {
    ($name:ident: $first:literal, $second:expr; $list:expr) => {
        #[endpoint(text, subprotocols = [$first, $second])]
        async fn $name(line: String) -> String {
            line
        }

        struct Listed;

        #[sp::endpoint(text, subprotocols = $list)]
        impl Listed {
            #[sp::on(text)]
            async fn said(&mut self, _: String) {}
        }
    };
}

speaks! { speaker: "chat.v1", "chat.v2"; ["chat.v3", "chat.v4"] }

fn main() {
    fn is_endpoint<E: Endpoint>(_: E) {}
    is_endpoint(Shows(vec![1]));
    is_endpoint(Line);
    is_endpoint(Listed);
}
