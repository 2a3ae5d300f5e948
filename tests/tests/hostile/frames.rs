//! Messages: their fragments, lengths, masks and characters.

use sockpact_tests::{binary, close, continuation, frame, header, masked, ping, text};

use super::{case, run_all, to_text, with_length};

#[tokio::test]
async fn fragments_and_what_comes_between_them() {
    let begin = frame(1, b"a");
    let begin_binary = frame(2, b"a");
    let end = continuation(true, "z");
    let bye = close(1000, "");
    run_all(
        vec![
            case(
                "pings between",
                &[&begin, &ping("1"), &ping("2"), &end, &bye],
                "pong(1) pong(2) text(az) close(1000)",
            ),
            case(
                "a pong that nobody asked for",
                &[&begin, &frame(0x8a, b"p"), &end, &bye],
                "text(az) close(1000)",
            ),
            case("a Close between", &[&begin, &bye, &end], "close(1000)"),
            case("a Close between, then a broken frame", &[&begin, &bye, &frame(0xff, b"")], "close(1000)"),
            case(
                "two Closes",
                &[&text("x"), &close(3000, "one"), &close(3001, "two")],
                "text(x) close(3000)",
            ),
            case("data and pings after the Close", &[&bye, &text("late"), &ping("late")], "close(1000)"),
            case(
                "an empty message of many frames",
                &[&frame(1, b""), &continuation(false, ""), &continuation(true, ""), &bye],
                "text() close(1000)",
            ),
            case("a continuation first", &[&end], "close(1002)"),
            case("a continuation after the end", &[&begin, &end, &end], "text(az) close(1002)"),
            case("a message inside another", &[&begin, &text("b"), &end], "close(1002)"),
            case("another kind inside", &[&begin, &binary("b"), &end], "close(1002)"),
            case("binary, then text goes on", &[&begin_binary, &frame(1, b"b")], "close(1002)"),
            case("RSV1 on a continuation", &[&begin, &frame(0xc0, b"z")], "close(1002)"),
            case("RSV3 on a ping between", &[&begin, &frame(0x99, b"")], "close(1002)"),
            case("RSV2 on a Close", &[&text("x"), &frame(0xa8, &[3, 232])], "text(x) close(1002)"),
            case("a reserved data opcode between", &[&begin, &frame(0x83, b"b"), &end], "close(1002)"),
            case("a reserved control opcode between", &[&begin, &frame(0x8b, b""), &end], "close(1002)"),
            case("a ping in fragments between", &[&begin, &frame(0x09, b"p")], "close(1002)"),
            case(
                "a violation after a valid message and a ping",
                &[&text("x"), &ping("p"), &frame(0x83, b"")],
                "text(x) pong(p) close(1002)",
            ),
            to_text("binary inside a text", &[&begin, &binary("b")], "close(1002)"),
            to_text("binary behind a text", &[&text("x"), &frame(2, b"b")], "text(x) close(1003)"),
            to_text("an empty binary", &[&binary("")], "close(1003)"),
        ],
        false,
    )
    .await;
}

#[tokio::test]
async fn lengths_and_masks() {
    let huge = |first: u8, length: u64| with_length(first, 127, &length.to_be_bytes(), b"x");
    let bye = close(1000, "");
    let zero = [&[0x81, 0x82, 0, 0, 0, 0][..], b"hi"].concat();
    run_all(
        vec![
            case("a mask of zeros", &[&zero, &bye], "text(hi) close(1000)"),
            case("a second frame without mask", &[&text("x"), &[0x81, 2, b'h', b'i']], "text(x) close(1002)"),
            case("a continuation without mask", &[&frame(1, b"a"), &[0x80, 1, b'z']], "close(1002)"),
            case("a ping without mask", &[&[0x89, 0]], "close(1002)"),
            case("0 in 16 bits", &[&with_length(0x81, 126, &[0, 0], b"")], "close(1002)"),
            case("125 in 64 bits", &[&with_length(0x81, 127, &125_u64.to_be_bytes(), b"x")], "close(1002)"),
            case(
                "65,535 in 64 bits",
                &[&with_length(0x82, 127, &65_535_u64.to_be_bytes(), b"x")],
                "close(1002)",
            ),
            case("5 in 16 bits on a ping", &[&with_length(0x89, 126, &[0, 5], b"x")], "close(1002)"),
            case("a ping of 2^63", &[&huge(0x89, 1 << 63)], "close(1002)"),
            case("2^63", &[&huge(0x82, 1 << 63)], "close(1002)"),
            case("2^64 - 1", &[&huge(0x82, u64::MAX)], "close(1002)"),
            case("2^63 - 1", &[&huge(0x82, (1 << 63) - 1)], "close(1009)"),
            case("2^32", &[&huge(0x81, 1 << 32)], "close(1009)"),
            case(
                "fragments whose sum overflows",
                &[&frame(2, b"0123456789"), &huge(0, (1 << 63) - 1)],
                "close(1009)",
            ),
            to_text("binary of 2^63", &[&huge(0x82, 1 << 63)], "close(1003)"),
            case(
                "125 bytes of ping",
                &[&ping([b'p'; 125]), &bye],
                format!("pong({}) close(1000)", "p".repeat(125)),
            ),
            case("an HTTP request instead of frames", &[b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"], "close(1002)"),
            case(
                "a ClientHello instead of frames",
                &[b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03"],
                "close(1002)",
            ),
            case("an answer's line feed", &[b"\r\n"], "close(1002)"),
        ],
        false,
    )
    .await;
}

#[tokio::test]
async fn text_across_frames() {
    let bye = close(1000, "");
    let split = |first: &[u8], second: &[u8]| {
        [frame(1, first), ping("\u{20ac}"), continuation(true, second)].concat()
    };
    run_all(
        vec![
            case(
                "a character over two frames and a ping",
                &[&split(b"\xf0\x9f", b"\x98\x80"), &bye],
                "pong(\u{20ac}) text(\u{1f600}) close(1000)",
            ),
            case(
                "an overlong form over two frames",
                &[&split(b"\xe0", b"\x80\xaf")],
                "pong(\u{20ac}) close(1007)",
            ),
            case(
                "a surrogate over two frames",
                &[&split(b"\xed", b"\xa0\x80")],
                "pong(\u{20ac}) close(1007)",
            ),
            case(
                "above U+10FFFF over two frames",
                &[&split(b"\xf4", b"\x90\x80\x80")],
                "pong(\u{20ac}) close(1007)",
            ),
            case(
                "an end inside a character, in an empty frame",
                &[&split(b"\xe2\x82", b"")],
                "pong(\u{20ac}) close(1007)",
            ),
            case(
                "a wrong byte in a frame that never ends",
                &[&header(0x81, 60_000), &masked(b"ok\xc0")],
                "close(1007)",
            ),
            case(
                "binary that is no text",
                &[&frame(2, b"\xc3"), &continuation(true, b"("), &bye],
                "binary(\u{fffd}() close(1000)",
            ),
            to_text(
                "a NUL and a byte order mark",
                &[&text("\0\u{feff}"), &bye],
                "text(\0\u{feff}) close(1000)",
            ),
            to_text(
                "the second of two is wrong",
                &[&text("one"), &text(b"tw\xff"), &text("three")],
                "text(one) close(1007)",
            ),
        ],
        false,
    )
    .await;
}
