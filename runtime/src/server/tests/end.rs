//! How a server ends.

use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::start;
use crate::config::Config;
use crate::server::*;
use crate::service::testing::{Client, Probe, head, text_frame, within};

#[tokio::test]
async fn the_end_closes_every_connection_with_1001() {
    let server = start(Config::default()).await;
    let address = server.address;
    let (mut client, _) = Client::open(address, "/one").await;
    let mut silent = Client::connect(address).await;
    client.ask("hi").await;
    let end = tokio::spawn(server.end());
    assert_eq!(client.close_code().await, 1001);
    assert_eq!(silent.rest().await.unwrap(), "", "nobody waits for who has not said anything");
    drop(client);
    drop(silent);
    within(end).await.unwrap();
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "nobody listens");
}

#[tokio::test]
async fn the_end_resets_nobody_who_waits_to_be_accepted() {
    let server = start(Config::default().max_connections(1)).await;
    let address = server.address;
    let (first, _) = Client::open(address, "/one").await;
    // It is accepted, or rather: not yet, since there is no place.
    let (mut asking, mut silent) = (Client::connect(address).await, Client::connect(address).await);
    asking.send(format!("{}\r\n", head("/two"))).await;
    let end = tokio::spawn(server.end());
    let answer = asking.rest().await.expect("a RST");
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert_eq!(silent.rest().await.expect("a RST"), "");
    drop((first, asking, silent));
    within(end).await.unwrap();
}

#[tokio::test]
async fn what_does_not_end_is_dropped() {
    let server = start(Config::default().shutdown(Duration::from_millis(200))).await;
    let (mut client, _) = Client::open(server.address, "/one").await;
    client.send(text_frame("hang")).await;
    let (mut half, begun) = (Client::connect(server.address).await, Instant::now());
    half.send("GET /one").await;
    server.end().await;
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_dropped_server_says_goodbye() {
    let server = start(Config::default()).await;
    let (mut client, _) = Client::open(server.address, "/one").await;
    client.ask("hi").await;
    server.task.abort();
    assert_eq!(client.close_code().await, 1001);
}

#[tokio::test]
async fn a_request_that_is_on_its_way_at_the_end_is_answered() {
    let server = start(Config::default()).await;
    let mut client = Client::connect(server.address).await;
    // It is accepted before another one's answer is there.
    let (other, _) = Client::open(server.address, "/one").await;
    let end = tokio::spawn(server.end());
    tokio::time::sleep(Duration::from_millis(20)).await;
    client.send(format!("{}\r\n", head("/two"))).await;
    let answer = client.rest().await.expect("a RST");
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    drop((client, other));
    within(end).await.unwrap();
}

#[tokio::test]
async fn who_waits_at_a_shared_socket_is_left_to_the_next_server() {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    socket.set_nonblocking(true).unwrap();
    let inherit = || Server::from_listener(TcpListener::from_std(socket.try_clone().unwrap()).unwrap());
    let (end, ended) = oneshot::channel::<()>();
    let server = inherit().config(Config::default().max_connections(1)).until(async move {
        let _ = ended.await;
    });
    let server = tokio::spawn(server.serve(Probe("first")));
    let address = socket.local_addr().unwrap();
    let (first, _) = Client::open(address, "/").await;
    let mut second = Client::connect(address).await;
    second.send(format!("{}\r\n", head("/"))).await;
    end.send(()).unwrap();
    drop(first);
    within(server).await.unwrap().unwrap();
    tokio::spawn(inherit().serve(Probe("next")));
    assert!(second.head().await.starts_with("HTTP/1.1 101 "));
    assert_eq!(second.ask("hi").await, "next / - known hi");
}
