//! What cannot be brought about from outside: moments between two awaits.

use std::pin::pin;
use std::task::{Context, Waker};

use sockpact::{Config, serve_stream};
use tokio::io::{AsyncReadExt, duplex};

use super::*;
use crate::Chat;

fn names(room: &Room) -> Vec<String> {
    room.people().by_place.values().map(|(name, _)| name.clone()).collect()
}

#[test]
fn a_room_is_kept_for_who_is_on_the_way_into_it() {
    let rooms = Rooms::default();
    // Nobody has joined yet: that is what `#[on(open)]` does, after the answer to the handshake.
    let ann = rooms.room("lobby");
    let _bob = rooms.room("cellar");
    let carl = rooms.room("lobby");
    assert!(Arc::ptr_eq(&ann.0, &carl.0), "two rooms of one name");
}

#[test]
fn a_room_is_forgotten_when_nobody_is_in_it() {
    let rooms = Rooms::default();
    drop(rooms.room("lobby"));
    let _bob = rooms.room("cellar");
    assert_eq!(rooms.0.lock().unwrap().keys().collect::<Vec<_>>(), ["cellar"]);
}

#[tokio::test(start_paused = true)]
async fn nobody_stays_whose_connection_is_dropped() {
    for polls in 1..8 {
        let room = Room::default();
        // The peer reads little by little, so that each poll ends somewhere else.
        let (ours, mut theirs) = duplex(4);
        let chat = Chat { room: room.clone(), name: "ann".to_owned(), place: None };
        {
            let mut served = pin!(serve_stream(ours, chat, Config::default()));
            for _ in 0..polls {
                assert!(served.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
                assert_eq!(names(&room), ["ann"]);
                let _ = theirs.read_u8().await;
            }
        }
        assert!(names(&room).is_empty(), "a ghost after {polls} polls");
    }
}
