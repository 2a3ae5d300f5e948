//! [ARCHITECTURE.md]: _architecture
//! [CHANGELOG.md]: _changelog
//! [SECURITY.md]: _security
#![doc = include_str!("../README.md")]
#![doc = include_str!("guide.md")]
#![doc = include_str!("dropped.md")]
#![doc = include_str!("errors.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(any(test, fuzzing))]
#[doc(hidden)]
#[path = "fuzz/mod.rs"]
pub mod __fuzz;
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
// The documents that the README links to: beside it they are files, on docs.rs pages.
#[cfg(all(doc, not(doctest)))]
#[doc = include_str!("../ARCHITECTURE.md")]
pub mod _architecture {}
#[cfg(all(doc, not(doctest)))]
#[doc = include_str!("../CHANGELOG.md")]
pub mod _changelog {}
#[cfg(all(doc, not(doctest)))]
#[doc = include_str!("../SECURITY.md")]
pub mod _security {}
#[cfg(feature = "axum")]
mod axum;
mod close;
mod codec;
mod config;
mod connection;
mod copy;
mod driver;
mod endpoint;
mod handshake;
mod message;
mod peer;
mod pool;
mod reply;
#[cfg(feature = "server")]
mod server;
#[cfg(feature = "service")]
mod service;
mod shutdown;
mod wire;

#[cfg(feature = "axum")]
pub use axum::Upgrade;
pub use bytes::Bytes;
pub use close::{Cause, CloseCode, CloseFrame, CloseReason, Closed, InvalidCloseCode, Lost, MAX_REASON};
#[cfg(feature = "json")]
pub use codec::Json;
pub use codec::{DecodeError, EncodeError, FromBinary, FromText, IntoMessage};
pub use config::{Config, Overflow};
pub use connection::Connection;
pub use driver::serve_stream;
pub use endpoint::{Accepts, ByFunction, ByValue, Contract, Endpoint, IntoEndpoint, Invalid};
pub use handshake::{Handshake, InvalidOrigin, Origin, Origins, Rejection};
pub use http;
pub use message::{Kind, Message, Text};
pub use peer::{Peer, SendError, Sender};
pub use reply::{Declared, Outcome, Reply, Undeclared, Verdict};
#[cfg(feature = "server")]
pub use server::{Running, Server, serve};
#[cfg(feature = "service")]
pub use service::{
    Answer, Cloned, IntoAdmission, Made, MakeEndpoint, Refusal, ResponseBody, Service, service, service_with,
};
pub use shutdown::Shutdown;
/// Gives an error type the close code and reason with which it ends the connection.
///
/// On an enum each variant has its own; a struct has one. The reason may be omitted.
///
/// ```
/// use sockpact::CloseReason;
///
/// #[derive(CloseReason)]
/// enum ChatError {
///     #[close(4401, "sign in first")]
///     SignedOut,
///     #[close(1008)]
///     Policy { rule: u32 },
/// }
///
/// assert_eq!(ChatError::SignedOut.close_frame().code().get(), 4401);
/// assert_eq!(ChatError::Policy { rule: 7 }.close_frame().reason(), "");
/// ```
///
/// Codes are checked at compile time: 1000-1003, 1007-1014 and 3000-4999 (RFC 6455, section 7.4, and IANA's
/// registry of close codes), never 1004-1006 or 1015, which must not be on the wire. A reason is at most 123 bytes
/// and is sent verbatim. It is not a format string: a field name in braces is an error. To put a value into the
/// reason, implement the trait by hand. `#[close(crate = path)]` on the type says where sockpact is.
///
/// ```compile_fail
/// #[derive(sockpact::CloseReason)]
/// enum Wrong {
///     #[close(1006, "abnormal")] // error: it stands for a connection that was lost without a Close
///     Abnormal,
/// }
/// ```
pub use sockpact_macros::CloseReason;
/// Makes an enum a message of either kind.
///
/// Variants marked `#[message(text)]` or `#[message(binary)]` hold one payload each, with at most one variant per
/// kind. The enum implements [`FromText`], [`FromBinary`] and [`IntoMessage`] as far as its variants and their
/// payloads do. `#[message(crate = path)]` on the enum says where sockpact is. An enum that is itself named
/// `Message` has to derive `sockpact::Message`, since `use sockpact::Message` also imports [the
/// enum](enum@Message) of that name.
///
/// ```
/// use sockpact::{Bytes, Message, endpoint};
///
/// #[derive(Message)]
/// enum Input {
///     #[message(text)]
///     Line(String),
///     #[message(binary)]
///     Blob(Bytes),
/// }
///
/// #[endpoint(text, binary)]
/// async fn size(input: Input) -> String {
///     match input {
///         Input::Line(line) => format!("{} characters", line.chars().count()),
///         Input::Blob(blob) => format!("{} bytes", blob.len()),
///     }
/// }
/// ```
///
/// ```compile_fail
/// #[derive(sockpact::Message)]
/// enum Wrong {
///     #[message(text)]
///     One(String),
///     #[message(text)] // error: a second variant for text
///     Two(String),
/// }
/// ```
pub use sockpact_macros::Message;
/// Makes an `async fn`, or a type by its `impl` block, a WebSocket endpoint, and checks its contract.
///
/// ```
/// use sockpact::{Peer, endpoint};
///
/// #[endpoint(text)]
/// async fn shout(line: String) -> String {
///     line.to_uppercase()
/// }
///
/// #[derive(Clone)]
/// struct Counter { lines: u64 }
///
/// #[endpoint(text, max_text = "4 KiB")]
/// impl Counter {
///     #[on(open)]
///     async fn opened(&mut self) -> &'static str {
///         "send me lines"
///     }
///
///     #[on(text)]
///     async fn line(&mut self, _line: String) -> String {
///         self.lines += 1;
///         self.lines.to_string()
///     }
/// }
/// ```
///
/// | argument | value | default | effect |
/// | --- | --- | --- | --- |
/// | `text`, `binary` | | | the accepted kinds, at least one; the other is refused with 1003 |
/// | `subprotocols` | `["chat.v1", ..]`, tokens | none | the first one that the client also offers is agreed on; if there is none, [`Peer::subprotocol`] is `None`, and a browser that offered some fails the connection |
/// | `max_text`, `max_binary` | bytes: `65536`, `"64 KiB"`, `"8 MiB"` | 1 MiB | over it, 1009; [`Config`] overrides it |
/// | `sends` | a type | any reply | the type that handlers reply with and [`Peer::send`] sends; without it, [`Peer::send`] sends a [`Message`](enum@Message) |
/// | `crate` | a path | `::sockpact` | where sockpact is |
///
/// | handler | takes, after `self` | returns |
/// | --- | --- | --- |
/// | `#[on(open)]` | the [`Peer`], if wanted | a reply |
/// | `#[on(text)]`, `#[on(binary)]`, `#[on(message)]` | the message, then the [`Peer`], if wanted | a reply |
/// | `#[on(invalid)]` | [`Invalid`], then the [`Peer`], if wanted | a [`Verdict`] |
/// | `#[on(close)]` | [`Closed`], if wanted | nothing |
///
/// A reply is `()`, a message, an `Option`, `Vec` or array of one, or a `Result` of any of these. `on(message)`
/// handles every declared kind with one type, such as [`Message`](enum@Message) or a derived enum.
///
/// It expands to the item itself, without `#[on]`, and one implementation of [`Endpoint`] with a call for each
/// handler. An endpoint function becomes a function that makes the endpoint: mount it by its name.
///
/// Each mistake is one error at the token to change: a kind, option or handler that is unknown, missing, given
/// twice or not declared; a handler that is not `async`, or has other arguments; a message type that does not
/// decode from its kind, or that carries another; a reply that cannot be sent; a subprotocol that is not a token;
/// a size that does not parse.
///
/// ```compile_fail
/// #[sockpact::endpoint(txt)] // error: unknown message kind `txt`; did you mean `text`?
/// async fn shout(line: String) -> String {
///     line
/// }
/// ```
///
/// The handlers of a connection run one after the other. When the connection ends, one that still waits is dropped
/// after a while; [When a handler is dropped](crate#when-a-handler-is-dropped) covers this and panics.
///
/// Declared types may be private to their module, even if the endpoint is public. [Reading sockpact's
/// errors](crate#reading-sockpacts-errors) explains the errors.
pub use sockpact_macros::endpoint;
/// Marks a handler inside an `impl` block with [`#[endpoint]`](macro@endpoint); elsewhere it is an error.
///
/// It needs no import: `#[endpoint]` removes it before its name is resolved.
pub use sockpact_macros::on;
pub use wire::{ProtocolError, Violation, close_code};
