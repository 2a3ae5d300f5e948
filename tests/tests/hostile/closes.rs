//! Ends: the peer's Close, its end of the stream, and what it does after a Close of this side.

use sockpact_tests::{close, frame, header, masked, ping, text};

use super::{Case, case, close_of, run_all, with_length};

#[tokio::test]
async fn closes_of_every_size_and_code() {
    let mut cases = vec![
        case("no code", &[&close_of(b"")], "close()"),
        case("1 byte", &[&close_of(&[3])], "close(1002)"),
        case("123 bytes of reason", &[&close(1000, &"r".repeat(123))], "close(1000)"),
        case(
            "124 bytes of reason",
            &[&close_of(&[&[3, 232], [b'r'; 124].as_slice()].concat())],
            "close(1002)",
        ),
        case("a reason that is not UTF-8", &[&close_of(b"\x03\xe8ab\xff")], "close(1007)"),
        case("a reason cut inside a character", &[&close_of(b"\x03\xe8\xe2\x82")], "close(1007)"),
        case("a reason with a surrogate", &[&close_of(b"\x03\xe8\xed\xa0\x80")], "close(1007)"),
        case(
            "a reason of odd but valid text",
            &[&close(1000, "\0\u{feff}\u{ffff}\u{10ffff}")],
            "close(1000)",
        ),
        case("a bad code with a bad reason", &[&close_of(b"\x03\xed\xff")], "close(1002)"),
        case("a Close whose mask is missing", &[&[0x88, 2, 3, 232]], "close(1002)"),
        case(
            "a Close with a length in 16 bits",
            &[&with_length(0x88, 126, &[0, 2], &[3, 232])],
            "close(1002)",
        ),
    ];
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 0xffff_u16] {
        cases.push(case("a code that may not be sent", &[&close_of(&code.to_be_bytes())], "close(1002)"));
    }
    for code in [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999_u16] {
        cases.push(case("a code that may", &[&close_of(&code.to_be_bytes())], format!("close({code})")));
    }
    run_all(cases, false).await;
}

#[tokio::test]
async fn the_end_of_the_stream_anywhere() {
    let begin = frame(1, b"a");
    run_all(
        vec![
            case("nothing", &[], ""),
            case("behind a message", &[&text("x")], "text(x)"),
            case("behind a Close", &[&text("x"), &close(1000, "")], "text(x) close(1000)"),
            case("between fragments", &[&begin, &ping("p")], "pong(p)"),
            case("in a header", &[&text("x"), &[0x81]], "text(x)"),
            case("in a mask", &[&text("x"), &[0x81, 0x81, 1, 2]], "text(x)"),
            case("in a payload", &[&text("x"), &header(0x81, 100), &masked(b"abc")], "text(x)"),
            case("in a character", &[&text("x"), &header(0x81, 100), &masked(b"\xe2\x82")], "text(x)"),
            case("behind a violation", &[&text("x"), &text(b"\xff")], "text(x) close(1007)"),
            case("in a Close", &[&[0x88, 0x82, 1, 2, 3, 4, 2]], ""),
        ],
        true,
    )
    .await;
}

#[tokio::test]
async fn whatever_comes_behind_a_close_of_the_endpoint() {
    let leave = text("bye");
    let back = "close(1013)";
    let to = |what, bytes: &[&[u8]]| Case { path: "/leaves", ..case(what, bytes, back) };
    let cases = || {
        vec![
            to("its answer", &[&leave, &close(1013, "")]),
            to("another Close", &[&leave, &close(4000, "no, I do")]),
            to("a Close without a code", &[&leave, &close_of(b"")]),
            to("a Close that is wrong", &[&leave, &close_of(b"\x03")]),
            to(
                "messages and pings, then its answer",
                &[&leave, &text("x"), &ping("p"), &text("y"), &close(1013, "")],
            ),
            to("a message begun and not ended", &[&leave, &frame(1, b"a"), &ping("p"), &close(1013, "")]),
            to("a kind that is not declared", &[&leave, &frame(0x82, b"b"), &close(1013, "")]),
            to("text that is not UTF-8", &[&leave, &text(b"\xff"), &close(1013, "")]),
            to("a large message", &[&leave, &frame(0x82, &[0; 300_000]), &close(1013, "")]),
        ]
    };
    run_all(cases(), false).await;
    run_all(cases(), true).await;
    // Without an answer it takes the end of the stream.
    let silent = vec![to("nothing", &[&leave]), to("a broken frame", &[&leave, &frame(0xff, b"")])];
    run_all(silent, true).await;
}
