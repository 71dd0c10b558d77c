//! Room for what is under way: no more than is worth waiting for, and no more at once than this process keeps up with.
//!
//! A call has a place, or is refused at once; and it has a turn when it begins. Turns are as many as places, but while this process
//! is woken late, because what it calls takes the processors that both run on: then few go on at once and the others wait, so
//! that those are done sooner and a refusal is out at once. Why: docs/decisions/0029-places-and-turns.md.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::problems::Problem;

/// Calls of one service that have a place at once: further ones would wait longer than they are worth, and take from those
/// that have. Each service has its own, so that one that hangs takes none from the others.
const MOST_CALLS: usize = 64;
/// So many of them go on at once, however late this process is.
const FEWEST_CALLS: usize = 8;
/// Bodies that are on their way at once, each of a megabyte at most, and files. Whoever sends slowly keeps no call waiting.
const MOST_BODIES: usize = 512;
/// How often what was refused is told.
const TOLD: Duration = Duration::from_secs(1);
/// How often this process looks whether it keeps up.
const EACH: Duration = Duration::from_millis(20);
/// It does not when it is woken later than this.
const LATE: Duration = Duration::from_millis(5);
/// Whoever has no turn by then is refused: what goes before hangs.
const PATIENCE: Duration = Duration::from_secs(1);

/// Room for so much at once.
#[derive(Debug)]
pub struct Places {
    calls: HashMap<&'static str, Room>,
    /// Of calls that every service is asked.
    shared: Room,
    bodies: Semaphore,
    /// Turns of each room.
    turns: AtomicUsize,
    /// Since it was told.
    refused: AtomicUsize,
}

/// Of one service.
#[derive(Debug)]
struct Room {
    places: Semaphore,
    turns: Semaphore,
    /// Turns that there are, taken or not.
    issued: AtomicUsize,
}

/// Free for another call when dropped.
#[derive(Debug)]
pub struct Turn<'a> {
    room: &'a Room,
    places: &'a Places,
    permit: Option<SemaphorePermit<'a>>,
}

impl Places {
    pub fn new(services: impl Iterator<Item = &'static str>) -> Places {
        Places {
            calls: services.map(|service| (service, Room::new())).collect(),
            shared: Room::new(),
            bodies: Semaphore::new(MOST_BODIES),
            turns: AtomicUsize::new(MOST_CALLS),
            refused: AtomicUsize::new(0),
        }
    }

    /// A place for a call of a service, until it is dropped.
    ///
    /// # Errors
    /// `BUSY` when none is left; so below.
    pub fn call(&self, service: &str) -> Result<SemaphorePermit<'_>, Problem> {
        self.room(service).places.try_acquire().map_err(|_| Problem::busy())
    }

    /// Whether there is a place for a call now; who would find none later need not be read.
    pub fn look(&self, service: &str) -> Result<(), Problem> {
        self.call(service).map(drop)
    }

    /// Waits until a call that has a place may begin.
    pub async fn turn(&self, service: &str) -> Result<Turn<'_>, Problem> {
        let room = self.room(service);
        match timeout(PATIENCE, room.turns.acquire()).await {
            Ok(Ok(permit)) => Ok(Turn { room, places: self, permit: Some(permit) }),
            Ok(Err(_)) | Err(_) => Err(Problem::busy()),
        }
    }

    /// A place for what a client sends.
    pub fn body(&self) -> Result<SemaphorePermit<'_>, Problem> {
        self.bodies.try_acquire().map_err(|_| Problem::busy())
    }

    /// For a log line a second, where one for each would cost more than refusing it.
    pub fn count_refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// Gives as many turns as this process keeps up with and tells what was refused, until told to stop.
    pub async fn follow(self: Arc<Places>, stop: CancellationToken) {
        let mut told = Instant::now();
        loop {
            let due = Instant::now() + EACH;
            let stopped = stop.run_until_cancelled(sleep(EACH)).await.is_none();
            self.adjust(due.elapsed() > LATE);
            if told.elapsed() >= TOLD || stopped {
                told = Instant::now();
                self.tell();
            }
            if stopped {
                return;
            }
        }
    }

    fn tell(&self) {
        let requests = self.refused.swap(0, Ordering::Relaxed);
        if requests > 0 {
            tracing::warn!(requests, "requests refused");
        }
    }

    /// A quarter fewer when late, else one more.
    fn adjust(&self, is_late: bool) {
        let before = self.turns.load(Ordering::Relaxed);
        let turns = if is_late { before * 3 / 4 } else { before + 1 }.clamp(FEWEST_CALLS, MOST_CALLS);
        self.turns.store(turns, Ordering::Relaxed);
        // Also when they are as many as before: one that ended meanwhile may have been taken back twice.
        for room in self.calls.values().chain([&self.shared]) {
            room.resize(turns);
        }
    }

    fn room(&self, service: &str) -> &Room {
        self.calls.get(service).unwrap_or(&self.shared)
    }
}

impl Room {
    fn new() -> Room {
        let room = || Semaphore::new(MOST_CALLS);
        Room { places: room(), turns: room(), issued: AtomicUsize::new(MOST_CALLS) }
    }

    /// Turns that are taken are taken back when they end.
    fn resize(&self, turns: usize) {
        let issued = self.issued.load(Ordering::Relaxed);
        if turns > issued {
            self.issued.fetch_add(turns - issued, Ordering::Relaxed);
            self.turns.add_permits(turns - issued);
        } else {
            self.issued.fetch_sub(self.turns.forget_permits(issued - turns), Ordering::Relaxed);
        }
    }

    /// Whether there is a turn too many, which is then no more.
    fn takes_back(&self, turns: usize) -> bool {
        let fewer = |issued: usize| (issued > turns).then(|| issued - 1);
        self.issued.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer).is_ok()
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(permit) = self.permit.take()
            && self.room.takes_back(self.places.turns.load(Ordering::Relaxed))
        {
            permit.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_process_that_is_late_begins_less_at_once_and_no_turn_is_lost() {
        let places = Places::new(["customer"].into_iter());
        let mut taken = Vec::new();
        for _ in 0..MOST_CALLS {
            taken.push(places.turn("customer").await.expect("a turn"));
        }
        for _ in 0..20 {
            places.adjust(true);
        }
        taken.truncate(FEWEST_CALLS);
        let room = places.room("customer");
        assert_eq!((room.issued.load(Ordering::Relaxed), room.turns.available_permits()), (FEWEST_CALLS, 0));
        drop(taken);
        assert_eq!(room.turns.available_permits(), FEWEST_CALLS);
        for _ in 0..MOST_CALLS {
            places.adjust(false);
        }
        assert_eq!(room.turns.available_permits(), MOST_CALLS);
    }
}
