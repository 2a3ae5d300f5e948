//! The Close payload: what is read is what can be written, and nothing else.

use crate::close::{CloseCode, CloseFrame, MAX_REASON};
use crate::wire::control::{Waiting, received_close};
use crate::wire::event::ReceivedClose;
use crate::wire::{ProtocolError, Violation};

/// The payload of the Close frame that is sent.
fn build(frame: Option<&CloseFrame>) -> Vec<u8> {
    let mut waiting = Waiting::default();
    waiting.close(frame);
    let mut out = Vec::new();
    waiting.take(&mut out);
    let [0x88, len, payload @ ..] = &out[..] else { panic!("no Close: {out:02x?}") };
    assert!(*len <= 125 && usize::from(*len) == payload.len(), "{out:02x?}");
    payload.to_vec()
}

fn is_legal(code: u16) -> bool {
    // RFC 6455, sections 7.4.1 and 7.4.2, and the codes that IANA has registered since.
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}

/// The body of the target: a Close payload, whole; and its end as a reason of ours.
pub(crate) fn close_payload(bytes: &[u8]) {
    let payload = &bytes[..bytes.len().min(125)];
    match received_close(payload) {
        Ok(ReceivedClose { code: 1005, reason }) => {
            assert_eq!((payload, reason.as_str()), (&b""[..], ""));
            assert_eq!(build(None), payload);
        }
        Ok(ReceivedClose { code, reason }) => {
            assert!(is_legal(code), "{code}");
            let frame = CloseFrame::new(CloseCode::new(code).unwrap(), reason);
            assert_eq!(build(Some(&frame)), payload);
        }
        Err(Violation::Protocol(ProtocolError::ClosePayloadOneByte)) => assert_eq!(payload.len(), 1),
        Err(Violation::Protocol(ProtocolError::CloseCodeNotAllowed)) => {
            assert!(!is_legal(u16::from_be_bytes([payload[0], payload[1]])));
        }
        Err(Violation::InvalidCloseReason) => assert!(std::str::from_utf8(&payload[2..]).is_err()),
        Err(violation) => panic!("{violation}"),
    }

    // Whatever the reason: it fits, and it is as much of it as fits.
    let reason = String::from_utf8_lossy(bytes);
    let frame = CloseFrame::new(CloseCode::NORMAL_CLOSURE, reason.to_string());
    assert!(reason.starts_with(frame.reason()));
    let next = reason[frame.reason().len()..].chars().next();
    assert!(next.is_none_or(|next| frame.reason().len() + next.len_utf8() > MAX_REASON));
    let read = received_close(&build(Some(&frame))).unwrap();
    assert_eq!((read.code, read.reason.as_str()), (1000, frame.reason()));
}
