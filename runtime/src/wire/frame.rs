//! The frame header (RFC 6455, section 5.2), judged in the order of its bytes.
//!
//! Each byte is judged by itself, as soon as it arrives, so the outcome does not depend on how the bytes were
//! split into reads. What a header means among the frames around it is the decoder's matter.

use bytes::BufMut;

use super::limits::Role;
use super::violation::ProtocolError;
use crate::message::Kind;

/// The longest header: two bytes, a 64-bit length and a mask key.
pub(super) const MAX_HEADER: usize = 14;

/// The longest payload of a control frame (section 5.5).
pub(super) const MAX_CONTROL: u8 = 125;

/// FIN: the frame is its message's last.
const FIN: u8 = 0b1000_0000;
/// RSV1, RSV2 and RSV3.
const RESERVED: u8 = 0b0111_0000;
/// The mask bit, in the second byte.
const MASK: u8 = 0b1000_0000;

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opcode {
    /// A further frame of a fragmented message.
    Continuation,
    /// The first frame of a message.
    Data(Kind),
    /// A control frame.
    Control(Control),
}

/// The control frames (section 5.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Control {
    /// Starts the closing handshake, or completes it.
    Close,
    /// Asks for a pong.
    Ping,
    /// Answers a ping, or comes unasked.
    Pong,
}

/// A frame whose header is in.
#[derive(Debug)]
pub(super) struct Frame {
    /// Whether it is its message's last.
    pub(super) fin: bool,
    /// What it is.
    pub(super) opcode: Opcode,
    /// How much of its payload is still to come.
    pub(super) remaining: u64,
    /// The mask key for the next byte of its payload.
    pub(super) key: [u8; 4],
}

impl Frame {
    /// The kind of a message whose first byte says that it is this one frame and breaks no rule.
    pub(super) const fn whole(first: u8) -> Option<Kind> {
        match first {
            0x81 => Some(Kind::Text),
            0x82 => Some(Kind::Binary),
            _ => None,
        }
    }
}

impl Opcode {
    /// The opcode's four bits.
    const fn bits(self) -> u8 {
        match self {
            Self::Continuation => 0x0,
            Self::Data(Kind::Text) => 0x1,
            Self::Data(Kind::Binary) => 0x2,
            Self::Control(Control::Close) => 0x8,
            Self::Control(Control::Ping) => 0x9,
            Self::Control(Control::Pong) => 0xa,
        }
    }

    /// The opcode with these four bits, unless they are reserved.
    const fn from_bits(bits: u8) -> Option<Self> {
        Some(match bits {
            0x0 => Self::Continuation,
            0x1 => Self::Data(Kind::Text),
            0x2 => Self::Data(Kind::Binary),
            0x8 => Self::Control(Control::Close),
            0x9 => Self::Control(Control::Ping),
            0xa => Self::Control(Control::Pong),
            _ => return None,
        })
    }
}

/// Reads FIN and the opcode from a header's first byte.
pub(super) const fn first_byte(byte: u8) -> Result<(bool, Opcode), ProtocolError> {
    // 5.2: "MUST be 0 unless an extension is negotiated that defines meanings for non-zero values."
    if byte & RESERVED != 0 {
        return Err(ProtocolError::ReservedBits);
    }
    // 5.2: "If an unknown opcode is received, the receiving endpoint MUST _Fail the WebSocket Connection_."
    let Some(opcode) = Opcode::from_bits(byte & 0x0f) else {
        return Err(ProtocolError::ReservedOpcode);
    };
    let fin = byte & FIN != 0;
    // 5.5: "All control frames [..] MUST NOT be fragmented."
    if !fin && matches!(opcode, Opcode::Control(_)) {
        return Err(ProtocolError::FragmentedControl);
    }
    Ok((fin, opcode))
}

/// Reads the 7-bit length from a header's second byte; 126 and 127 say that a longer one follows.
pub(super) const fn second_byte(byte: u8, opcode: Opcode, role: Role) -> Result<u8, ProtocolError> {
    // 5.1: "The server MUST close the connection upon receiving a frame that is not masked", and "A client
    // MUST close a connection if it detects a masked frame."
    match role {
        Role::Server if byte & MASK == 0 => return Err(ProtocolError::MaskMissing),
        Role::Client if byte & MASK != 0 => return Err(ProtocolError::MaskPresent),
        Role::Server | Role::Client => {}
    }
    let short = byte & !MASK;
    // 5.5: "All control frames MUST have a payload length of 125 bytes or less [..]."
    if matches!(opcode, Opcode::Control(_)) && short > MAX_CONTROL {
        return Err(ProtocolError::ControlTooLong);
    }
    Ok(short)
}

/// Reads the payload length from what follows the second byte: the length, and how many bytes it took.
///
/// `None` asks for more bytes.
pub(super) fn length(short: u8, rest: &[u8]) -> Result<Option<(u64, usize)>, ProtocolError> {
    match short {
        126 => {
            let Some(&bytes) = rest.first_chunk::<2>() else {
                return Ok(None);
            };
            let length = u16::from_be_bytes(bytes);
            // 5.2: "in all cases, the minimal number of bytes MUST be used to encode the length".
            if length < 126 {
                return Err(ProtocolError::LengthNotMinimal);
            }
            Ok(Some((u64::from(length), bytes.len())))
        }
        127 => {
            // 5.2: "the most significant bit MUST be 0".
            if rest.first().is_some_and(|byte| byte & 0x80 != 0) {
                return Err(ProtocolError::LengthTopBit);
            }
            // Six zeros already say that 16 bits would have been enough.
            if let Some([0, 0, 0, 0, 0, 0]) = rest.first_chunk::<6>() {
                return Err(ProtocolError::LengthNotMinimal);
            }
            let Some(&bytes) = rest.first_chunk::<8>() else {
                return Ok(None);
            };
            Ok(Some((u64::from_be_bytes(bytes), bytes.len())))
        }
        short => Ok(Some((u64::from(short), 0))),
    }
}

/// Appends the header of a frame of ours: final and unmasked, as a server's are.
#[inline]
pub(super) fn encode_header(opcode: Opcode, length: usize, out: &mut impl BufMut) {
    let first = FIN | opcode.bits();
    match length {
        0..=125 => out.put_slice(&[first, length as u8]),
        126..=0xffff => {
            let [a, b] = (length as u16).to_be_bytes();
            out.put_slice(&[first, 126, a, b]);
        }
        _ => {
            out.put_slice(&[first, 127]);
            out.put_slice(&(length as u64).to_be_bytes());
        }
    }
}

/// The longest header of a frame of ours.
pub(crate) const HEADER_ROOM: usize = 10;

/// Writes the same header at the end of the room before its payload; where it begins.
pub(super) fn encode_header_before(opcode: Opcode, length: usize, room: &mut [u8; HEADER_ROOM]) -> usize {
    let start = match length {
        0..=125 => HEADER_ROOM - 2,
        126..=0xffff => HEADER_ROOM - 4,
        _ => 0,
    };
    encode_header(opcode, length, &mut &mut room[start..]);
    start
}

#[cfg(test)]
mod tests {
    use super::Opcode;

    #[test]
    fn each_opcode_has_its_bits() {
        let opcodes = (0..=u8::MAX).filter_map(|bits| Some((bits, Opcode::from_bits(bits)?)));
        let bits: Vec<(u8, u8)> = opcodes.map(|(bits, opcode)| (bits, opcode.bits())).collect();
        assert_eq!(bits, [0, 1, 2, 8, 9, 10].map(|bits| (bits, bits)));
    }
}
