//! An endpoint whose own names are those of the trait, and one whose parameters have no bounds.
#![deny(warnings)]

use sockpact::{Bytes, Endpoint, Json, endpoint};

#[allow(dead_code)]
enum Chat {
    Text,
    Binary,
    Sends,
}

#[endpoint(text, binary, sends = Json<u8>)]
impl Chat {
    #[on(text)]
    async fn said(&mut self, _: Json<u8>) {}

    #[on(binary)]
    async fn sent(&mut self, _: Bytes) -> Json<u8> {
        Json(1)
    }
}

struct Holds<T, const N: usize>([T; N]);

#[endpoint(text)]
impl<T, const N: usize> Holds<T, N> {
    #[on(text)]
    async fn said(&mut self, _: String) -> String {
        self.0.len().to_string()
    }
}

fn main() {
    fn is_endpoint<E: Endpoint>(_: E) {}
    is_endpoint(Chat::Text);
    is_endpoint(Holds([1_u8, 2]));
}
