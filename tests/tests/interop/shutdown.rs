//! The end of a server: every client is told, and it takes no longer than it may.

use std::time::{Duration, Instant};

use futures_util::SinkExt;
use sockpact::Config;
use sockpact_tests::{RawPeer, header};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::protocol::Message;

use super::service::Service;
use super::{closed, next, within};

#[tokio::test]
async fn every_client_gets_1001_and_the_server_ends() {
    let service = Service::start().await;
    // Who has only connected is not waited for; it comes first, so that it is accepted before the end.
    let mut silent = TcpStream::connect(service.address).await.unwrap();
    let mut clients = Vec::new();
    for number in 0..20 {
        let mut client = service.connect(["/echo", "/lines", "/witness"][number % 3]).await;
        if number % 2 == 0 {
            within(client.send(Message::text("hello"))).await.unwrap();
            assert!(next(&mut client).await.is_some());
        }
        clients.push(client);
    }
    let begun = Instant::now();
    service.end.send(()).unwrap();
    for client in &mut clients {
        assert_eq!(closed(client).await, (1001, "server is going down, connect again".to_owned()));
    }
    assert_eq!(within(silent.read(&mut [0])).await.unwrap(), 0);
    drop((clients, silent));
    within(service.run).await.unwrap().unwrap();
    // Each of the deadlines that could have ended it is 10 s.
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    within(connect_async(format!("ws://{}/echo", service.address))).await.expect_err("nobody listens");
}

#[tokio::test]
async fn who_does_not_answer_the_close_is_waited_for_only_so_long() {
    let service = Service::start_with(Config::default().shutdown(Duration::from_secs(1))).await;
    let mut idle = RawPeer::connect(service.address, "/echo").await;
    let mut uploading = RawPeer::connect(service.address, "/echo").await;
    uploading.send(&header(0x82, 1 << 19)).await;
    uploading.send(&[0; 1000]).await;
    let begun = Instant::now();
    service.end.send(()).unwrap();
    for peer in [&mut idle, &mut uploading] {
        assert_eq!(peer.expect_close().await, 1001);
    }
    within(service.run).await.unwrap().unwrap();
    assert!((1..5).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}
