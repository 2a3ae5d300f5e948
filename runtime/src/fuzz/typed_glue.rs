//! Any payload into a generated endpoint: it is decoded, or refused with the right code.

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::block_on;
use crate::{Config, Json, serve_stream};

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: u64,
    name: String,
    tags: Option<Vec<char>>,
}

/// Answers with an empty message, so an answer is one however it is encoded.
#[crate::endpoint(text, crate = crate)]
async fn decode(_: Json<Entry>) -> &'static str {
    ""
}

/// What the endpoint puts on the wire for one message and a Close.
async fn answer(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let (ours, mut theirs) = tokio::io::duplex(64 * 1024);
    let mut input = vec![0x80 | opcode, 0x80 | 126];
    // At least 126 bytes long, or the length would not be minimal; JSON may end in spaces.
    let mut payload = payload.to_vec();
    payload.resize(payload.len().max(126), b' ');
    input.extend_from_slice(&(payload.len() as u16).to_be_bytes());
    // Masked with zeros, as is the Close with 1000 behind it.
    input.extend_from_slice(&[0; 4]);
    input.extend_from_slice(&payload);
    input.extend_from_slice(&[0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]);
    let client = async {
        let mut output = Vec::new();
        // After a refusal nobody reads what is left, and that is as it should be.
        let _ = theirs.write_all(&input).await;
        let _ = theirs.shutdown().await;
        theirs.read_to_end(&mut output).await.unwrap();
        output
    };
    tokio::join!(serve_stream(ours, decode, Config::default()), client).1
}

/// The body of the target: the kind, and a payload.
pub(super) fn typed_glue(bytes: &[u8]) {
    let (kind, payload) = bytes.split_first().unwrap_or((&0, &[]));
    let payload = &payload[..payload.len().min(60_000)];
    let opcode = if *kind == 2 { 2 } else { 1 };
    let output = block_on(answer(opcode, payload));
    let decodes = serde_json::from_slice::<Entry>(payload).is_ok() && std::str::from_utf8(payload).is_ok();
    let code = match output[..] {
        [0x81, 0, 0x88, 2, 0x03, 0xe8] => 1000,
        [0x88, _, high, low, ..] => u16::from(high) << 8 | u16::from(low),
        _ => panic!("{output:02x?}"),
    };
    let expected = match opcode {
        2 => 1003,
        _ if decodes => 1000,
        _ => 1007,
    };
    assert_eq!(code, expected, "{output:02x?}");
}
