//! Request heads on raw sockets: each malformed one is refused with its status, and answered with nothing that was
//! in it; no byte in any header brings a panic about.

mod cases;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sockpact::{Server, endpoint};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use cases::{GOOD, MARK, and, cases, with};

#[endpoint(text, subprotocols = ["chat.v2", "chat.v1"])]
async fn echo(line: String) -> String {
    line
}

async fn start() -> SocketAddr {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(echo));
    address
}

/// The head of the answer, and the body where there is one.
async fn answer(address: SocketAddr, request: &[u8]) -> String {
    let exchange = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request).await.unwrap();
        let mut answer = Vec::new();
        loop {
            // Behind an acceptance frames may follow, and it has no end.
            if answer.starts_with(b"HTTP/1.1 101 ")
                && let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n")
            {
                answer.truncate(end + 4);
                return answer;
            }
            if stream.read_buf(&mut answer).await.expect("FIN and not RST") == 0 {
                return answer;
            }
        }
    };
    let answer = timeout(Duration::from_secs(10), exchange).await.expect("an answer in time");
    String::from_utf8(answer).expect("an answer in ASCII")
}

fn status(answer: &str) -> u16 {
    answer.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)?.parse().ok()).unwrap_or(0)
}

#[tokio::test]
async fn each_malformed_head_has_its_status_and_no_echo() {
    let address = start().await;
    for (what, request, expected) in cases() {
        let answer = answer(address, &request).await;
        assert_eq!(status(&answer), expected, "{what}: {answer}");
        assert!(!answer.contains(MARK) && !answer.contains("njected"), "{what}: {answer}");
        let lower = answer.to_ascii_lowercase();
        let named = lower.contains("\r\nsec-websocket-protocol:");
        assert!(!named, "{what}: no subprotocol was agreed on: {answer}");
        assert!(!lower.contains("\r\nsec-websocket-extensions:"), "{what}: {answer}");
        if expected != 101 {
            assert!(
                lower.contains("\r\nconnection: close\r\n") || lower.contains("upgrade, close\r\n"),
                "{what}: {answer}"
            );
        }
        if expected == 426 {
            assert!(lower.contains("\r\nsec-websocket-version: 13\r\n"), "{what}: {answer}");
        }
    }
}

#[tokio::test]
async fn a_subprotocol_is_chosen_in_the_order_of_the_server() {
    let address = start().await;
    for (offer, chosen) in [
        ("chat.v1", "chat.v1"),
        ("chat.v1, x, chat.v2", "chat.v2"),
        ("x\r\nSec-WebSocket-Protocol: chat.v1", "chat.v1"),
    ] {
        let answer =
            answer(address, &and(format!("Sec-WebSocket-Protocol: {offer}"))).await.to_ascii_lowercase();
        assert!(answer.contains(&format!("\r\nsec-websocket-protocol: {chosen}\r\n")), "{offer}: {answer}");
    }
}

#[tokio::test]
async fn nothing_behind_a_refusal_is_read_as_a_request() {
    let address = start().await;
    let refused = with("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8");
    let answer = answer(address, &[refused, and("")].concat()).await;
    assert_eq!((status(&answer), answer.matches("HTTP/1.1 ").count()), (426, 1), "{answer}");
}

static PANICS: AtomicUsize = AtomicUsize::new(0);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_byte_in_any_header_panics() {
    // A panic of a connection's task is seen nowhere else.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        PANICS.fetch_add(1, Ordering::SeqCst);
        hook(panic);
    }));
    let address = start().await;
    let lines: Vec<&str> = GOOD
        .lines()
        .skip(1)
        .chain([
            "Origin: http://server.test",
            "Sec-WebSocket-Protocol: chat.v1",
            "Sec-WebSocket-Extensions: a; b=\"c\"",
        ])
        .collect();
    let mut answers = HashMap::new();
    for (place, line) in lines.iter().enumerate() {
        let (name, value) = line.split_once(": ").unwrap();
        for byte in 0..=u8::MAX {
            // Alone, in front, in the middle, at the end, and in the name.
            let (front, back) = value.split_at(value.len() / 2);
            let variants = [
                [format!("{name}: ").as_bytes(), &[byte]].concat(),
                [format!("{name}: ").as_bytes(), &[byte], value.as_bytes()].concat(),
                [format!("{name}: {front}").as_bytes(), &[byte], back.as_bytes()].concat(),
                [format!("{name}: {value}").as_bytes(), &[byte]].concat(),
                [&[byte], line.as_bytes()].concat(),
            ];
            let requests = variants.into_iter().map(|variant| {
                let mut request = b"GET /chat HTTP/1.1\r\n".to_vec();
                for (other, line) in lines.iter().enumerate() {
                    request.extend_from_slice(if other == place { &variant } else { line.as_bytes() });
                    request.extend_from_slice(b"\r\n");
                }
                tokio::spawn(async move { answer(address, &[request.as_slice(), b"\r\n"].concat()).await })
            });
            for answer in requests.collect::<Vec<_>>() {
                let answer = answer.await.unwrap();
                *answers.entry(status(&answer)).or_insert(0) += 1;
                assert!(!answer.contains("panic"), "{answer}");
            }
        }
    }
    assert_eq!(PANICS.load(Ordering::SeqCst), 0);
    // Each was answered, and neither all of them were refused nor accepted.
    assert!(answers.keys().all(|status| matches!(status, 101 | 400 | 403 | 426)), "{answers:?}");
    assert!(answers[&101] > 100 && answers[&400] > 1000, "{answers:?}");
}
