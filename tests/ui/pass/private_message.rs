//! What an endpoint takes and sends may be private to its module, whoever may have the endpoint.
#![deny(warnings, missing_docs)]

/// The public part.
pub mod chat {
    use sockpact::{DecodeError, FromText, IntoMessage, Json, Message, Peer, Verdict, endpoint};

    #[derive(serde::Deserialize)]
    struct Command {
        verb: String,
    }

    #[derive(serde::Serialize)]
    struct Event {
        verb: String,
    }

    struct Own(usize);

    impl FromText for Own {
        fn from_text(text: &str) -> Result<Self, DecodeError> {
            Ok(Self(text.len()))
        }
    }

    #[derive(Message)]
    enum Input {
        #[message(text)]
        Own(Own),
        #[message(binary)]
        Bytes(Vec<u8>),
    }

    /// A chat.
    pub struct Chat;

    #[endpoint(text, binary, sends = Json<Event>)]
    impl Chat {
        #[on(open)]
        async fn opened(&mut self, peer: &Peer<Json<Event>>) {
            let _ = peer.send(Json(Event { verb: String::new() })).await;
        }

        #[on(text)]
        async fn said(&mut self, Json(command): Json<Command>) -> Json<Event> {
            Json(Event { verb: command.verb })
        }

        #[on(binary)]
        async fn sent(&mut self, bytes: Vec<u8>) -> Option<Json<Event>> {
            drop(bytes);
            None
        }

        #[on(invalid)]
        async fn invalid(&mut self, _: sockpact::Invalid<'_>) -> Verdict<Json<Event>> {
            Verdict::Ignore
        }
    }

    /// A chat about anything.
    pub struct About<T>(pub Vec<T>);

    #[endpoint(text, binary)]
    impl<T: Send + 'static> About<T>
    where
        T: std::fmt::Display,
    {
        #[on(message)]
        async fn said(&mut self, input: Input) -> Option<String> {
            let index = match input {
                Input::Own(Own(length)) => length,
                Input::Bytes(bytes) => bytes.len(),
            };
            self.0.get(index).map(T::to_string)
        }
    }

    /// Measures.
    #[endpoint(text)]
    pub async fn measure(own: Own) -> String {
        own.0.to_string()
    }

    /// Sends what is its own.
    #[endpoint(text, sends = Own)]
    pub async fn own(own: Own) -> Own {
        own
    }

    impl IntoMessage for Own {
        fn into_message(self) -> Result<Message, sockpact::EncodeError> {
            Ok(self.0.to_string().into())
        }
    }
}

fn main() {
    fn is_endpoint<E: sockpact::Endpoint>(_: E) {}
    is_endpoint(chat::Chat);
    is_endpoint(chat::About(vec![1]));
    is_endpoint(chat::measure());
    is_endpoint(chat::own());
}
