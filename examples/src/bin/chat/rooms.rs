//! Rooms, and who is in them.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use sockpact::{CloseCode, IntoMessage, Json, SendError, Sender};

/// What happens in a room, as each browser in it is told.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Event {
    Here { names: Vec<String> },
    Joined { name: String },
    Said { name: String, text: String },
    Left { name: String },
}

/// All rooms, created as they are entered.
#[derive(Clone, Default)]
pub(crate) struct Rooms(Arc<Mutex<HashMap<String, Room>>>);

/// One room; cloning it clones a handle.
#[derive(Clone, Default)]
pub(crate) struct Room(Arc<Mutex<People>>);

/// A person's place in a room. Dropping it leaves the room, however the connection ended.
pub(crate) struct Place {
    room: Room,
    number: u64,
}

#[derive(Default)]
struct People {
    next_place: u64,
    /// Each sends any message, so an event is encoded once for all.
    by_place: BTreeMap<u64, (String, Sender)>,
}

impl Rooms {
    pub(crate) fn room(&self, name: &str) -> Room {
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A room that nobody holds is forgotten when the next one is entered. An empty one may be held by somebody
        // who has not joined yet.
        rooms.retain(|_, room| Arc::strong_count(&room.0) > 1);
        rooms.entry(name.to_owned()).or_default().clone()
    }
}

impl Room {
    fn people(&self) -> std::sync::MutexGuard<'_, People> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the others, and takes a place.
    pub(crate) fn join(&self, name: &str, sender: &Sender<Json<Event>>) -> Place {
        let mut people = self.people();
        people.tell(&Event::Joined { name: name.to_owned() });
        let number = people.next_place;
        people.next_place += 1;
        people.by_place.insert(number, (name.to_owned(), sender.untyped()));
        Place { room: self.clone(), number }
    }

    pub(crate) fn here(&self) -> Event {
        Event::Here { names: self.people().by_place.values().map(|(name, _)| name.clone()).collect() }
    }

    /// Tells everybody in the room.
    pub(crate) fn tell(&self, event: &Event) {
        self.people().tell(event);
    }
}

impl People {
    /// Tells everybody, under the room's lock, so all hear everything in the same order. Anyone who does not keep up
    /// is shown the door rather than waited for.
    fn tell(&self, event: &Event) {
        // Strings always have an encoding.
        let Ok(message) = Json(event).into_message() else { return };
        for (_, sender) in self.by_place.values() {
            if let Err(SendError::Full(_)) = sender.try_send(message.clone()) {
                sender.close(CloseCode::TRY_AGAIN_LATER, "too slow for this room");
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut people = self.room.people();
        if let Some((name, _)) = people.by_place.remove(&self.number) {
            people.tell(&Event::Left { name });
        }
    }
}

#[cfg(test)]
mod tests;
