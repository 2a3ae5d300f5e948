//! Closes that either side begins: each code and reason arrives, and both sides take the end for a clean one.

use sockpact::{Cause, CloseCode};
use tokio_tungstenite::tungstenite::protocol::Message;
use tokio_tungstenite::tungstenite::protocol::frame::CloseFrame;

use super::service::Service;
use super::{closed, next, within};

#[tokio::test]
async fn a_clients_close_is_echoed_and_clean() {
    let mut service = Service::start().await;
    for (sent, code, reason) in [
        (Some(CloseFrame { code: 4321.into(), reason: "gone home".into() }), 4321, "gone home"),
        (Some(CloseFrame { code: 1000.into(), reason: "".into() }), 1000, ""),
        (None, 1005, ""),
    ] {
        let mut client = service.connect("/witness").await;
        within(client.close(sent.clone())).await.unwrap();
        let echoed = match next(&mut client).await {
            Some(Message::Close(echoed)) => echoed.map(|frame| u16::from(frame.code)),
            other => panic!("a Close, and not {other:?}"),
        };
        assert_eq!(echoed, sent.map(|frame| u16::from(frame.code)));
        assert_eq!(next(&mut client).await, None);
        let closed = within(service.closed.recv()).await.unwrap();
        assert_eq!((closed.code(), closed.reason(), closed.cause()), (code, reason, &Cause::Peer));
        assert!(closed.is_clean());
    }
}

#[tokio::test]
async fn a_sender_closes_behind_what_it_sent() {
    let mut service = Service::start().await;
    let mut client = service.connect("/witness").await;
    let sender = within(service.opened.recv()).await.unwrap();
    sender.send("last".into()).await.unwrap();
    sender.close(CloseCode::new(4000).unwrap(), "that is all");
    assert_eq!(next(&mut client).await, Some(Message::text("last")));
    assert_eq!(closed(&mut client).await, (4000, "that is all".to_owned()));
    let closed = within(service.closed.recv()).await.unwrap();
    assert_eq!((closed.code(), closed.cause(), closed.is_clean()), (4000, &Cause::Endpoint, true));
}
