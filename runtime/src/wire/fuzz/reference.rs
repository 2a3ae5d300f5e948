//! A second decoder, as plain as can be: it has the whole stream, copies everything, and reads one frame
//! after another. The session is compared with it.

use super::Seen;
use crate::close::CloseCode;
use crate::message::Kind;
use crate::wire::ProtocolError::*;
use crate::wire::{Limits, Violation};

/// What a server has to make of a stream that arrived at one instant.
pub(in crate::wire) fn events(bytes: &[u8], limits: &Limits) -> Vec<Seen> {
    let mut seen = Vec::new();
    if let Err(violation) = read(bytes, limits, &mut seen) {
        seen.push(Seen::Violation(violation));
    }
    seen
}

/// Reads frames up to the peer's Close or the end of what arrived.
fn read(bytes: &[u8], limits: &Limits, seen: &mut Vec<Seen>) -> Result<(), Violation> {
    let mut message: Option<(Kind, Vec<u8>, u32, u128)> = None;
    let mut controls = 0;
    let mut rest = bytes.iter().copied();
    loop {
        let Some(first) = rest.next() else { return Ok(()) };
        let (fin, opcode) = (first >> 7 == 1, first & 15);
        let control = opcode >= 8;
        let problem = match opcode {
            _ if first & 0x70 != 0 => Some(ReservedBits.into()),
            3..=7 | 11..=15 => Some(ReservedOpcode.into()),
            _ if control && !fin => Some(FragmentedControl.into()),
            0 if message.is_none() => Some(UnexpectedContinuation.into()),
            0 if message.as_ref().is_some_and(|(_, _, frames, _)| *frames == limits.max_fragments) => {
                Some(Violation::TooManyFragments)
            }
            1 | 2 if message.is_some() => Some(ExpectedContinuation.into()),
            1 if !limits.accepts_text => {
                Some(Violation::UnexpectedKind { expected: Kind::Binary, got: Kind::Text })
            }
            2 if !limits.accepts_binary => {
                Some(Violation::UnexpectedKind { expected: Kind::Text, got: Kind::Binary })
            }
            _ => None,
        };
        if let Some(problem) = problem {
            return Err(problem);
        }
        let Some(second) = rest.next() else { return Ok(()) };
        if second < 128 {
            return Err(MaskMissing.into());
        }
        let mut length = u128::from(second & 127);
        if control && length > 125 {
            return Err(ControlTooLong.into());
        }
        if length > 125 {
            let (size, minimum) = if length == 126 { (2, 126) } else { (8, 1 << 16) };
            let extended: Vec<u8> = rest.by_ref().take(size).collect();
            if size == 8 && extended.first().is_some_and(|byte| *byte > 127) {
                return Err(LengthTopBit.into());
            }
            if size == 8 && extended.len() >= 6 && extended[..6].iter().all(|byte| *byte == 0) {
                return Err(LengthNotMinimal.into());
            }
            if extended.len() < size {
                return Ok(());
            }
            length = extended.iter().fold(0, |length, byte| length << 8 | u128::from(*byte));
            if length < minimum {
                return Err(LengthNotMinimal.into());
            }
        }
        if !control {
            let kind = if opcode == 1 { Kind::Text } else { Kind::Binary };
            let (kind, _, frames, total) = message.get_or_insert((kind, Vec::new(), 0, 0));
            *frames += 1;
            *total += length;
            let limit = if *kind == Kind::Text { limits.max_text } else { limits.max_binary };
            if *total > limit as u128 {
                return Err(Violation::TooBig { kind: *kind, limit });
            }
        }
        let key: Vec<u8> = rest.by_ref().take(4).collect();
        if key.len() < 4 {
            return Ok(());
        }
        let payload: Vec<u8> =
            rest.by_ref().take(length as usize).enumerate().map(|(i, byte)| byte ^ key[i % 4]).collect();
        let whole = payload.len() as u128 == length;
        if control {
            if !whole {
                return Ok(());
            }
            if opcode == 8 {
                seen.push(close(&payload)?);
                return Ok(());
            }
            controls += 1;
            if controls > limits.control_burst {
                return Err(Violation::ControlFlood);
            }
            continue;
        }
        let Some((kind, mut so_far, frames, total)) = message.take() else { unreachable!() };
        so_far.extend(payload);
        let ends = fin && whole;
        if kind == Kind::Text
            && let Err(error) = std::str::from_utf8(&so_far)
            && (ends || error.error_len().is_some())
        {
            return Err(Violation::InvalidUtf8);
        }
        match kind {
            _ if !whole => return Ok(()),
            _ if !ends => message = Some((kind, so_far, frames, total)),
            Kind::Text => seen.push(Seen::Text(String::from_utf8(so_far).unwrap())),
            Kind::Binary => seen.push(Seen::Binary(so_far)),
        }
    }
}

/// Reads a Close payload.
fn close(payload: &[u8]) -> Result<Seen, Violation> {
    match payload {
        [] => Ok(Seen::Close(1005, String::new())),
        [_] => Err(ClosePayloadOneByte.into()),
        [high, low, reason @ ..] => {
            let code = u16::from(*high) << 8 | u16::from(*low);
            CloseCode::new(code).ok_or(CloseCodeNotAllowed)?;
            let reason = String::from_utf8(reason.to_vec()).map_err(|_| Violation::InvalidCloseReason)?;
            Ok(Seen::Close(code, reason))
        }
    }
}
