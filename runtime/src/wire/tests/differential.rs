//! Streams that are nearly valid, through the session and tungstenite.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::wire::fuzz::differential::compare;

/// A frame, mostly as `role` gets it.
fn any_frame(role: Role) -> impl Strategy<Value = Vec<u8>> {
    let first = prop_oneof![
        30 => prop::sample::select(&[TEXT, BINARY, 1, 2, 0, 0, CONTINUATION, PING, PONG][..]),
        2 => Just(CLOSE),
        1 => any::<u8>(),
    ];
    let payload = prop_oneof![
        8 => ".{0,12}".prop_map(String::into_bytes),
        4 => "[ -~]{100,200}".prop_map(String::into_bytes),
        2 => (any::<u16>(), ".{0,12}").prop_map(|(code, reason)| close_payload(code, reason.as_bytes())),
        2 => (998_u16..1018, ".{0,12}").prop_map(|(code, reason)| close_payload(code, reason.as_bytes())),
        2 => vec(any::<u8>(), 0..6),
        1 => Just(vec![b'a'; 1_001]),
    ];
    (first, payload, prop::bool::weighted(0.02), any::<[u8; 4]>()).prop_map(
        move |(first, payload, wrong, key)| {
            if (role == Role::Server) != wrong {
                return frame_with_key(first, &payload, key);
            }
            let mut bytes = frame_with_key(first, &payload, [0; 4]);
            bytes[1] &= 0x7f;
            let header = bytes.len() - payload.len();
            bytes.drain(header - 4..header);
            bytes
        },
    )
}

/// Frames, cut off somewhere now and then.
fn stream(role: Role) -> impl Strategy<Value = Vec<u8>> {
    (vec(any_frame(role), 0..10), prop::option::weighted(0.3, any::<prop::sample::Index>())).prop_map(
        |(frames, cut)| {
            let mut bytes = frames.concat();
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len() + 1));
            }
            bytes
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(10_000) })]

    #[test]
    fn a_server_agrees_with_tungstenite(stream in stream(Role::Server)) {
        compare(Role::Server, &stream);
    }

    #[test]
    fn a_client_agrees_with_tungstenite(stream in stream(Role::Client)) {
        compare(Role::Client, &stream);
    }
}
