//! Each violation, in each shape, against each state of the client: the exact code arrives, behind the replies to
//! the messages before it, and then FIN.
//!
//! Over TCP, since the loss of a Close is a matter of TCP: a socket dropped with unread input sends RST, and what
//! was written before is gone.

mod service;

use service::Service;
use sockpact_tests::{Ending, RawPeer, binary, continuation, frame, header, masked, ping, text};

/// A violation: the endpoint's path, the code, and the bytes of it in one frame, in fragments, and with a ping
/// between its frames.
struct Case {
    name: &'static str,
    path: &'static str,
    code: u16,
    shapes: Vec<Vec<u8>>,
}

/// A payload in one frame, in three fragments, and in fragments with a ping between.
fn shapes(opcode: u8, payload: &[u8]) -> Vec<Vec<u8>> {
    let (first, rest) = payload.split_at(payload.len() / 3);
    let (second, third) = rest.split_at(rest.len() / 2);
    let fragments = [frame(opcode, first), continuation(false, second), continuation(true, third)];
    vec![frame(0x80 | opcode, payload), fragments.concat(), fragments.join(ping("between").as_slice())]
}

/// A broken frame alone, inside a fragmented message, and behind a ping there.
fn broken(kind: u8, bytes: &[u8]) -> Vec<Vec<u8>> {
    vec![
        bytes.to_vec(),
        [frame(kind, b"begun"), bytes.to_vec()].concat(),
        [frame(kind, b"begun"), ping("between"), bytes.to_vec()].concat(),
    ]
}

fn cases() -> Vec<Case> {
    let case = |name, path, code, shapes| Case { name, path, code, shapes };
    let mut unmasked = text("hello");
    unmasked[1] &= 0x7f;
    let too_many: Vec<u8> = std::iter::once(frame(1, b"x"))
        .chain((0..1024).map(|_| continuation(false, b"")))
        .flatten()
        .collect();
    let mut long_length = vec![0x81, 0xfe, 0, 5, 1, 2, 3, 4];
    long_length.extend(masked(b"hello"));
    vec![
        case("binary to a text endpoint", "/text", 1003, shapes(2, b"binary")),
        case("text to a binary endpoint", "/binary", 1003, shapes(1, b"text")),
        case("text that is not UTF-8", "/text", 1007, shapes(1, b"caf\xc3\xa9 \xe2\x28\xa1 ok")),
        case("text that ends inside a character", "/text", 1007, shapes(1, b"caf\xc3")),
        case("JSON of another type", "/json", 1007, shapes(1, br#"{"id":"seven"}"#)),
        case("text that is no JSON", "/json", 1007, shapes(1, b"not JSON at all")),
        case("text over its limit", "/text", 1009, shapes(1, &vec![b'x'; service::MAX + 1])),
        case("binary over its limit", "/binary", 1009, shapes(2, &vec![0; service::MAX + 1])),
        case("a handler's own code", "/both", 4001, shapes(1, b"refuse")),
        case("a handler's error without a code", "/both", 1011, shapes(1, b"fail")),
        case("a handler's panic", "/both", 1011, shapes(1, b"panic")),
        case("no mask", "/text", 1002, broken(1, &unmasked)),
        case("a reserved bit", "/text", 1002, broken(1, &frame(0xc1, b"hello"))),
        case("a reserved opcode", "/text", 1002, broken(1, &frame(0x83, b"hello"))),
        case("a reserved control opcode", "/binary", 1002, broken(2, &frame(0x8b, b"hello"))),
        case("a fragmented ping", "/text", 1002, broken(1, &frame(0x09, b"hello"))),
        case("a ping over 125 bytes", "/text", 1002, broken(1, &frame(0x89, &[0; 126]))),
        case("a length in too many bytes", "/text", 1002, vec![long_length]),
        case("a length with its top bit set", "/text", 1002, vec![header(0x81, 1 << 63)]),
        case(
            "a stray continuation",
            "/text",
            1002,
            vec![continuation(true, b"x"), continuation(false, b"x")],
        ),
        case(
            "a message inside another",
            "/both",
            1002,
            vec![[frame(1, b"a"), text("b")].concat(), [frame(1, b"a"), ping("b"), binary("c")].concat()],
        ),
        case("a Close of one byte", "/text", 1002, broken(1, &frame(0x88, b"\x03"))),
        case("a Close with a reserved code", "/text", 1002, broken(1, &frame(0x88, b"\x03\xee"))),
        case("a Close reason that is not UTF-8", "/text", 1007, broken(1, &frame(0x88, b"\x03\xe8\xff"))),
        case("too many fragments", "/text", 1008, vec![too_many]),
        case("too many pings", "/text", 1008, vec![ping("x").repeat(121)]),
    ]
}

/// What the client does around the violation.
#[derive(Clone, Copy, Debug)]
enum Client {
    /// Reads at once.
    Idle,
    /// Goes on to upload 8 MiB before it reads.
    Uploading,
    /// Has left 400 KiB of replies unread, and goes on to upload 1 MiB before it reads.
    NotReading,
}

async fn run(service: &Service, case: &Case, shape: &[u8], client: Client) {
    let context = format!("{}, {client:?}", case.name);
    let small = matches!(client, Client::NotReading).then_some(4096);
    let mut peer = RawPeer::connect_with_receive_buffer(service.address, case.path, small).await;
    let valid = service::valid(case.path, 1000);
    let before = if small.is_some() { 400 } else { 1 };
    for _ in 0..before {
        peer.send(&valid).await;
    }
    peer.send(shape).await;
    let upload = match client {
        Client::Idle => 0,
        Client::Uploading => 8 << 20,
        Client::NotReading => 1 << 20,
    };
    let chunk = frame(0x80, &[0; 65536]);
    for _ in 0..upload / 65536 {
        peer.try_send(&chunk).await.unwrap_or_else(|error| panic!("{context}: upload: {error}"));
    }
    let (frames, ending) = peer.read_to_end().await;
    let replies = frames.iter().filter(|frame| matches!(frame.opcode, 1 | 2)).count();
    assert_eq!(replies, before, "{context}: the messages before it were answered");
    let close = frames.last().and_then(|frame| frame.close());
    assert_eq!(close.as_ref().map(|(code, _)| *code), Some(case.code), "{context}: {close:?}");
    assert_eq!(frames.iter().filter(|frame| frame.opcode == 8).count(), 1, "{context}");
    assert_eq!(ending, Ending::Fin, "{context}");
}

async fn run_all(client: Client) {
    let service = Service::start().await;
    for case in cases() {
        for shape in &case.shapes {
            run(&service, &case, shape, client).await;
        }
    }
    service.expect_no_connections().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_reads_gets_the_code() {
    run_all(Client::Idle).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_is_still_uploading_gets_the_code() {
    run_all(Client::Uploading).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_has_not_read_its_replies_gets_the_code() {
    run_all(Client::NotReading).await;
}

#[tokio::test]
async fn a_kind_is_refused_at_its_header() {
    let service = Service::start().await;
    let mut peer = RawPeer::connect(service.address, "/text").await;
    // Ten bytes: not even the mask is in.
    peer.send(&header(0x82, 16 << 20)[..10]).await;
    assert_eq!(peer.expect_close().await, 1003);
}

#[tokio::test]
async fn bad_utf8_is_refused_inside_an_unfinished_frame() {
    let service = Service::start().await;
    let mut peer = RawPeer::connect(service.address, "/text").await;
    peer.send(&header(0x81, 1000)).await;
    peer.send(&masked(b"good so far \xc0")).await;
    assert_eq!(peer.expect_close().await, 1007);
}

#[tokio::test]
async fn a_size_is_refused_at_the_header_that_announces_it() {
    let service = Service::start().await;
    let mut peer = RawPeer::connect(service.address, "/both").await;
    peer.send(&header(0x01, 10)).await;
    peer.send(&masked(&[b'x'; 10])).await;
    peer.send(&header(0x80, service::MAX as u64)).await;
    assert_eq!(peer.expect_close().await, 1009);
}
