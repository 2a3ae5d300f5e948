use std::pin::Pin;
use std::sync::atomic::AtomicUsize;
use std::task::{Context, Poll, Wake};

use super::*;
use crate::close::CloseCode;
use crate::message::Kind;

/// An outbox with these bounds.
pub(super) fn outbox(messages: usize, bytes: usize) -> Outbox {
    Outbox::new(&Config::default().outbox_messages(messages).outbox_bytes(bytes))
}

pub(super) fn message(size: usize) -> Message {
    "x".repeat(size).into()
}

/// Polls once, as whoever is woken for nothing does.
pub(super) fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// A task that counts how often it is woken.
#[derive(Default)]
pub(super) struct Woken(pub(super) AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn messages_come_out_in_order_and_whole() {
    let outbox = outbox(3, 100);
    let messages = [Message::from("one"), Message::from(vec![2; 2]), Message::from("three")];
    for message in &messages {
        outbox.try_push(message.clone()).unwrap();
    }
    assert_eq!(outbox.len(), 3);
    for message in messages {
        assert_eq!(outbox.take(), Some(message));
    }
    assert_eq!((outbox.take(), outbox.len()), (None, 0));
}

#[test]
fn messages_are_bounded_in_number() {
    let outbox = outbox(2, 100);
    // Those without a payload count, too.
    outbox.try_push(message(0)).unwrap();
    outbox.try_push(message(0)).unwrap();
    assert!(matches!(outbox.try_push(message(0)), Err(SendError::Full(_))));
    outbox.take().unwrap();
    outbox.try_push(message(0)).unwrap();
    assert!(matches!(outbox.try_push(message(0)), Err(SendError::Full(_))));
}

#[test]
fn messages_are_bounded_to_the_byte() {
    let outbox = outbox(100, 10);
    outbox.try_push(message(4)).unwrap();
    assert!(matches!(outbox.try_push(message(7)), Err(SendError::Full(_))));
    outbox.try_push(message(6)).unwrap();
    assert!(matches!(outbox.try_push(message(1)), Err(SendError::Full(_))));
    outbox.try_push(message(0)).unwrap();
    outbox.take().unwrap();
    assert!(matches!(outbox.try_push(message(5)), Err(SendError::Full(_))));
    outbox.try_push(message(4)).unwrap();
}

#[test]
fn a_message_over_the_whole_bound_goes_in_alone() {
    let outbox = outbox(100, 10);
    outbox.try_push(message(1)).unwrap();
    assert!(matches!(outbox.try_push(message(11)), Err(SendError::Full(_))));
    let mut large = pin!(outbox.push(message(11)));
    assert!(poll(large.as_mut()).is_pending());
    outbox.take().unwrap();
    assert!(matches!(poll(large), Poll::Ready(Ok(()))));
    assert!(matches!(outbox.try_push(message(1)), Err(SendError::Full(_))));
    assert_eq!(outbox.take(), Some(message(11)));
    outbox.try_push(message(10)).unwrap();
}

#[test]
fn a_refused_message_is_given_back() {
    let outbox = outbox(1, 100);
    outbox.try_push(message(1)).unwrap();
    let Err(SendError::Full(back)) = outbox.try_push("mine".into()) else { panic!("there is no room") };
    assert_eq!((back.kind(), back.payload()), (Kind::Text, b"mine".as_slice()));
}

#[test]
fn a_bound_of_no_messages_is_one() {
    let outbox = outbox(0, 100);
    outbox.try_push(message(1)).unwrap();
    assert!(matches!(outbox.try_push(message(1)), Err(SendError::Full(_))));
}

#[tokio::test]
async fn a_push_waits_for_room_and_no_longer() {
    let outbox = outbox(1, 100);
    outbox.push("first".into()).await.unwrap();
    let mut second = pin!(outbox.push("second".into()));
    assert!(poll(second.as_mut()).is_pending());
    assert!(poll(second.as_mut()).is_pending(), "woken for nothing");
    assert_eq!(outbox.take(), Some("first".into()));
    assert!(matches!(poll(second.as_mut()), Poll::Ready(Ok(()))));
    assert_eq!(outbox.take(), Some("second".into()));
}

#[tokio::test]
async fn a_push_that_is_cancelled_leaves_nothing_behind() {
    let outbox = outbox(1, 10);
    outbox.push(message(10)).await.unwrap();
    {
        let mut cancelled = pin!(outbox.push("cancelled".into()));
        assert!(poll(cancelled.as_mut()).is_pending());
        // There is room now, but it has not been polled again.
        assert_eq!(outbox.take(), Some(message(10)));
    }
    assert_eq!(outbox.take(), None);
    // Nor has it kept any of the room.
    outbox.push(message(10)).await.unwrap();
}

#[test]
fn an_overflow_closes_where_that_is_asked_for_and_the_stream_takes_nothing() {
    let config = Config::default().outbox_messages(1).overflow(Overflow::Close);
    let outbox = Outbox::new(&config);
    outbox.try_push(message(1)).unwrap();
    outbox.stalled();
    assert!(outbox.wish().is_none() && !outbox.is_ending(), "nothing is left over yet");
    let mut waiting = pin!(outbox.push(message(1)));
    assert!(poll(waiting.as_mut()).is_pending());
    assert!(outbox.wish().is_none());
    outbox.take().unwrap();
    outbox.stalled();
    assert!(outbox.wish().is_none(), "there is room again");
    assert!(poll(waiting.as_mut()).is_ready());

    assert!(matches!(outbox.try_push(message(1)), Err(SendError::Full(_))));
    let mut waiting = pin!(outbox.push(message(1)));
    assert!(poll(waiting.as_mut()).is_pending());
    outbox.stalled();
    assert!(
        matches!(poll(waiting.as_mut()), Poll::Ready(Err(SendError::Closed))),
        "nobody waits for the peer"
    );
    assert!(matches!(outbox.wish(), Some(Wish::Overflow)));
    assert!(outbox.is_ending());
    // Room that comes later changes nothing.
    outbox.take().unwrap();
    assert!(matches!(outbox.try_push(message(1)), Err(SendError::Closed)));
    assert_eq!(outbox.take(), None);
    assert!(matches!(outbox.wish(), Some(Wish::Overflow)), "it is still wanted");
}

#[test]
fn a_message_over_the_whole_bound_is_no_overflow() {
    let outbox = Outbox::new(&Config::default().outbox_bytes(10).overflow(Overflow::Close));
    outbox.try_push(message(11)).unwrap();
    outbox.stalled();
    assert!(outbox.wish().is_none());
}

#[tokio::test]
async fn the_first_close_wins_behind_what_was_sent_before() {
    let outbox = outbox(10, 100);
    outbox.push("before".into()).await.unwrap();
    let first = CloseFrame::new(CloseCode::NORMAL_CLOSURE, "first");
    outbox.request_close(first.clone(), false);
    outbox.request_close(CloseFrame::new(CloseCode::GOING_AWAY, "second"), false);
    assert!(matches!(outbox.push("behind".into()).await, Err(SendError::Closed)));
    outbox.ending().await;
    assert_eq!(outbox.take(), Some("before".into()));
    assert_eq!(outbox.take(), None);
    assert!(matches!(outbox.wish(), Some(Wish::Close { frame, .. }) if frame == first));
}

#[tokio::test]
async fn handlers_send_while_the_connection_ends_and_not_after() {
    let outbox = outbox(10, 100);
    let mut ending = pin!(outbox.ending());
    assert!(poll(ending.as_mut()).is_pending());
    outbox.begin_ending();
    assert!(poll(ending.as_mut()).is_ready());
    outbox.push("last words".into()).await.unwrap();
    outbox.close();
    assert!(matches!(outbox.push("later".into()).await, Err(SendError::Closed)));
    assert_eq!(outbox.take(), None, "what waits is dropped");
    outbox.request_close(CloseFrame::new(CloseCode::NORMAL_CLOSURE, ""), false);
    assert!(outbox.wish().is_none());
}

#[tokio::test]
async fn the_drop_of_the_drivers_end_tells_everybody() {
    let outbox = Arc::new(outbox(1, 100));
    let end = OutboxEnd(Arc::clone(&outbox));
    end.push("first".into()).await.unwrap();
    let mut waiting = pin!(outbox.push("second".into()));
    let mut ending = pin!(outbox.ending());
    assert!(poll(waiting.as_mut()).is_pending() && poll(ending.as_mut()).is_pending());
    drop(end);
    assert!(matches!(poll(waiting.as_mut()), Poll::Ready(Err(SendError::Closed))));
    assert!(poll(ending.as_mut()).is_ready() && outbox.is_ending());
    assert_eq!(outbox.take(), None);
}

#[test]
fn the_driver_is_woken_by_each_push_and_each_wish() {
    let outbox = outbox(2, 100);
    let woken = Arc::new(Woken::default());
    let times = || woken.0.load(Ordering::SeqCst);
    outbox.register(&Arc::clone(&woken).into());
    outbox.try_push(message(1)).unwrap();
    outbox.try_push(message(1)).unwrap();
    assert_eq!(times(), 2);
    assert!(outbox.try_push(message(1)).is_err());
    outbox.take().unwrap();
    assert_eq!(times(), 2, "nothing is new");
    outbox.request_close(CloseFrame::new(CloseCode::NORMAL_CLOSURE, ""), false);
    assert_eq!(times(), 3);
    outbox.close();
    assert_eq!(Arc::strong_count(&woken), 1, "the task is not kept");
}

#[test]
fn an_empty_outbox_owns_no_queue() {
    let outbox = outbox(100, 100);
    for _ in 0..100 {
        outbox.try_push(message(1)).unwrap();
    }
    while outbox.take().is_some() {}
    assert_eq!(outbox.lock().queue.capacity(), 0);
}
