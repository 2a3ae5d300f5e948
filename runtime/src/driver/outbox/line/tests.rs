use std::pin::{Pin, pin};
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use super::super::tests::{Woken, message, outbox, poll};
use super::*;

/// Polls once, and counts in `woken` when it should be polled again.
fn poll_counted<F: Future>(future: Pin<&mut F>, woken: &Arc<Woken>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(&Arc::clone(woken).into()))
}

#[tokio::test]
async fn room_for_one_wakes_one_and_an_end_wakes_all() {
    let outbox = outbox(1, 100);
    outbox.push("first".into()).await.unwrap();
    let (senders_woken, ending_woken) = (Arc::new(Woken::default()), Arc::new(Woken::default()));
    let times = |woken: &Woken| woken.0.load(Ordering::SeqCst);
    let mut senders: Vec<_> = (0..1000).map(|_| Box::pin(outbox.push("next".into()))).collect();
    let mut ending = pin!(outbox.ending());
    assert!(senders.iter_mut().all(|sender| poll_counted(sender.as_mut(), &senders_woken).is_pending()));
    assert!(poll_counted(ending.as_mut(), &ending_woken).is_pending());

    outbox.take().unwrap();
    assert_eq!((times(&senders_woken), times(&ending_woken)), (1, 0));
    assert!(poll_counted(senders[0].as_mut(), &senders_woken).is_ready());
    assert!(times(&senders_woken) <= 2, "and it tells the next at most");

    outbox.close();
    assert!(times(&senders_woken) >= 1000, "{}", times(&senders_woken));
    assert_eq!(times(&ending_woken), 1);
    for sender in &mut senders[1..] {
        assert!(matches!(poll(sender.as_mut()), Poll::Ready(Err(SendError::Closed))));
    }
}

#[tokio::test]
async fn who_waits_for_much_room_is_not_overtaken() {
    let outbox = outbox(100, 10);
    outbox.push(message(5)).await.unwrap();
    outbox.push(message(5)).await.unwrap();
    let mut large = pin!(outbox.push(message(10)));
    let mut small = pin!(outbox.push(message(1)));
    assert!(poll(large.as_mut()).is_pending() && poll(small.as_mut()).is_pending());
    outbox.take().unwrap();
    // There is room for these two, but it is kept.
    assert!(poll(small.as_mut()).is_pending());
    assert!(matches!(outbox.try_push(message(1)), Err(SendError::Full(_))));
    assert!(poll(large.as_mut()).is_pending());
    outbox.take().unwrap();
    assert!(poll(small.as_mut()).is_pending());
    assert!(poll(large.as_mut()).is_ready());
    assert!(poll(small.as_mut()).is_pending());
    outbox.take().unwrap();
    assert!(poll(small.as_mut()).is_ready());
    outbox.try_push(message(1)).unwrap();
}

#[tokio::test]
async fn who_gives_up_lets_the_next_one_have_the_room() {
    let outbox = outbox(1, 100);
    outbox.push("first".into()).await.unwrap();
    let mut next = pin!(outbox.push("next".into()));
    let woken = Arc::new(Woken::default());
    {
        let (mut gives_up, mut as_well) = (pin!(outbox.push("x".into())), pin!(outbox.push("x".into())));
        assert!(poll(gives_up.as_mut()).is_pending() && poll(as_well.as_mut()).is_pending());
        assert!(poll_counted(next.as_mut(), &woken).is_pending());
        // It is told of room, and dropped before it takes it.
        outbox.take().unwrap();
    }
    assert_eq!(woken.0.load(Ordering::SeqCst), 1);
    assert!(poll(next.as_mut()).is_ready());
    assert_eq!(outbox.take(), Some("next".into()));
}

#[tokio::test]
async fn an_outbox_that_nobody_waits_for_owns_no_line() {
    let outbox = outbox(1, 100);
    outbox.push("first".into()).await.unwrap();
    {
        let (mut one, mut other) = (pin!(outbox.push("x".into())), pin!(outbox.push("x".into())));
        assert!(poll(one.as_mut()).is_pending() && poll(other.as_mut()).is_pending());
        assert!(outbox.lock().line.is_some());
    }
    assert!(outbox.lock().line.is_none());
    // Each idle connection has one, with two counts in front of it.
    assert!(size_of::<Outbox>() <= 168, "{}", size_of::<Outbox>());
}

#[tokio::test]
async fn who_is_not_polled_any_more_holds_up_nobody() {
    let outbox = outbox(2, 100);
    outbox.push("1".into()).await.unwrap();
    outbox.push("2".into()).await.unwrap();
    let (mut asleep, mut awake) = (pin!(outbox.push("asleep".into())), pin!(outbox.push("awake".into())));
    assert!(poll(asleep.as_mut()).is_pending() && poll(awake.as_mut()).is_pending());
    outbox.take().unwrap();
    outbox.take().unwrap();
    assert!(poll(awake.as_mut()).is_ready());
    assert!(matches!(outbox.try_push("over".into()), Err(SendError::Full(_))), "room is kept");
    outbox.take().unwrap();
    outbox.try_push("3".into()).unwrap();
    assert!(poll(asleep.as_mut()).is_ready());
    assert_eq!([outbox.take(), outbox.take()], [Some("3".into()), Some("asleep".into())]);
}

#[tokio::test]
async fn room_that_is_kept_at_the_end_is_nobodys() {
    let outbox = outbox(1, 10);
    outbox.push(message(10)).await.unwrap();
    let mut told = pin!(outbox.push(message(10)));
    assert!(poll(told.as_mut()).is_pending());
    outbox.take().unwrap();
    outbox.close();
    assert!(matches!(poll(told.as_mut()), Poll::Ready(Err(SendError::Closed))));
    assert_eq!((outbox.take(), outbox.len()), (None, 0));
}
