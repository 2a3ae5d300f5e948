//! The texts that go on the wire.

use super::*;
use crate::close::MAX_REASON;
use crate::message::Kind;
use crate::wire::ProtocolError::*;

/// Each violation once, with the longest values.
fn all() -> Vec<Violation> {
    let protocol = [
        MaskMissing,
        MaskPresent,
        ReservedBits,
        ReservedOpcode,
        FragmentedControl,
        ControlTooLong,
        UnexpectedContinuation,
        ExpectedContinuation,
        LengthNotMinimal,
        LengthTopBit,
        ClosePayloadOneByte,
        CloseCodeNotAllowed,
    ];
    let mut all = vec![
        Violation::UnexpectedKind { expected: Kind::Binary, got: Kind::Text },
        Violation::UnexpectedKind { expected: Kind::Text, got: Kind::Binary },
        Violation::InvalidUtf8,
        Violation::Undecodable { kind: Kind::Binary },
        Violation::TooBig { kind: Kind::Binary, limit: usize::MAX },
        Violation::InvalidCloseReason,
        Violation::TooManyFragments,
        Violation::ControlFlood,
        Violation::MessageTimeout,
        Violation::HandlerError,
        Violation::HandlerPanic,
        Violation::OutboxOverflow,
    ];
    all.extend(protocol.map(Violation::from));
    all
}

#[test]
fn each_reason_fits_and_says_something() {
    for violation in all() {
        let reason = violation.to_string();
        assert!((10..=MAX_REASON).contains(&reason.len()), "{reason}");
        assert!(reason.is_ascii() && !reason.ends_with('.'), "{reason}");
    }
}

#[test]
fn reasons_that_are_promised() {
    let kind = Violation::UnexpectedKind { expected: Kind::Text, got: Kind::Binary };
    assert_eq!(kind.to_string(), "expected text, got binary");
    let size = Violation::TooBig { kind: Kind::Text, limit: 1 << 20 };
    assert_eq!(size.to_string(), "text message over 1048576 bytes");
}

#[test]
fn codes_that_no_byte_can_show() {
    use crate::wire::close_code;
    let code = |violation| close_code(&violation).get();
    assert_eq!(code(Violation::Undecodable { kind: Kind::Text }), 1007);
    assert_eq!(code(Violation::MessageTimeout), 1008);
    assert_eq!(code(Violation::HandlerError), 1011);
    assert_eq!(code(Violation::HandlerPanic), 1011);
    assert_eq!(code(Violation::OutboxOverflow), 1013);
}
