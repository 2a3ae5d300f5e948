//! Frames as a client writes them: masked, and as wrong as a test wants them.

/// The mask of every frame that a test sends.
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// A frame as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The FIN bit.
    pub fin: bool,
    /// The opcode.
    pub opcode: u8,
    /// The payload, unmasked.
    pub payload: Vec<u8>,
}

impl Frame {
    /// The close code and reason, if this is a Close that carries them.
    pub fn close(&self) -> Option<(u16, String)> {
        match self.payload.as_slice() {
            [high, low, reason @ ..] if self.opcode == 8 => {
                Some((u16::from_be_bytes([*high, *low]), String::from_utf8(reason.to_vec()).ok()?))
            }
            _ => None,
        }
    }
}

/// The close code that the last of these frames carries, if it is a Close.
pub fn told(frames: &[Frame]) -> Option<u16> {
    frames.last()?.close().map(|(code, _)| code)
}

/// A masked frame's header, which announces `len` bytes of payload.
pub fn header(first: u8, len: u64) -> Vec<u8> {
    let mut bytes = vec![first];
    match len {
        0..=125 => bytes.push(0x80 | len as u8),
        126..=0xffff => {
            bytes.push(0x80 | 126);
            bytes.extend((len as u16).to_be_bytes());
        }
        _ => {
            bytes.push(0x80 | 127);
            bytes.extend(len.to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes
}

/// A payload as it is behind a [`header`].
pub fn masked(payload: &[u8]) -> Vec<u8> {
    payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect()
}

/// A whole masked frame; `first` is FIN, the reserved bits and the opcode.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = header(first, payload.len() as u64);
    bytes.extend(masked(payload));
    bytes
}

/// A text message of one frame.
pub fn text(payload: impl AsRef<[u8]>) -> Vec<u8> {
    frame(0x81, payload.as_ref())
}

/// A binary message of one frame.
pub fn binary(payload: impl AsRef<[u8]>) -> Vec<u8> {
    frame(0x82, payload.as_ref())
}

/// A continuation frame.
pub fn continuation(fin: bool, payload: impl AsRef<[u8]>) -> Vec<u8> {
    frame(if fin { 0x80 } else { 0 }, payload.as_ref())
}

/// A ping.
pub fn ping(payload: impl AsRef<[u8]>) -> Vec<u8> {
    frame(0x89, payload.as_ref())
}

/// A Close with a code and a reason.
pub fn close(code: u16, reason: &str) -> Vec<u8> {
    let mut payload = code.to_be_bytes().to_vec();
    payload.extend(reason.as_bytes());
    frame(0x88, &payload)
}
