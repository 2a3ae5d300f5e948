use super::*;
use crate::config::Config;

/// What an endpoint with this as its `sends` sends.
struct Number(u32);

impl IntoMessage for Number {
    fn into_message(self) -> Result<Message, EncodeError> {
        if self.0 == 0 { Err(EncodeError::new("nothing")) } else { Ok(self.0.to_string().into()) }
    }
}

fn peer() -> (Peer<Number>, Arc<Outbox>) {
    let outbox = Arc::new(Outbox::new(&Config::default().outbox_messages(1)));
    (Peer::new(Arc::clone(&outbox), None), outbox)
}

#[test]
fn what_finds_no_room_is_given_back_and_can_be_sent_later() {
    let (peer, outbox) = peer();
    peer.try_send(Number(1)).unwrap();
    let error = peer.try_send(Number(2)).unwrap_err();
    assert_eq!(format!("{error:?}, {error}"), "Full(..), the outbox is full", "the message is in no log");
    let SendError::Full(message) = error else { panic!("{error}") };
    assert_eq!(outbox.take(), Some("1".into()));
    peer.sender().untyped().try_send(message).unwrap();
    assert_eq!(outbox.take(), Some("2".into()));
}

#[tokio::test]
async fn what_has_no_encoding_is_not_sent() {
    let (peer, outbox) = peer();
    for error in [peer.try_send(Number(0)).unwrap_err(), peer.send(Number(0)).await.unwrap_err()] {
        assert_eq!(error.to_string(), "the message could not be encoded");
        assert!(std::error::Error::source(&error).is_some(), "{error:?}");
    }
    assert_eq!(outbox.take(), None);
}

#[test]
fn a_message_is_encoded_once_for_many() {
    let (one, other) = (peer(), peer());
    let message = Number(7).into_message().unwrap();
    for (peer, outbox) in [&one, &other] {
        peer.sender().untyped().try_send(message.clone()).unwrap();
        assert_eq!(outbox.take().unwrap().payload().as_ptr(), message.payload().as_ptr(), "it is not copied");
    }
}

#[test]
fn senders_of_one_connection_know_each_other() {
    let ((one, _), (other, _)) = (peer(), peer());
    assert!(one.sender().same_connection(&one.sender().untyped()));
    assert!(!one.sender().same_connection(&other.sender()));
}
