//! A clock that a test puts forward.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use kit::clock::Clock;

/// Runs as the system's does, ahead of it by as much as the test says.
#[derive(Clone, Debug, Default)]
pub struct MovedClock {
    ahead_seconds: Arc<AtomicU64>,
}

impl MovedClock {
    /// For the settings of a world.
    pub fn clock(&self) -> Clock {
        let (system, ahead) = (Clock::system(), self.ahead_seconds.clone());
        Clock::of(move || system.now() + Duration::from_secs(ahead.load(Ordering::SeqCst)))
    }

    pub fn advance(&self, by: Duration) {
        self.ahead_seconds.fetch_add(by.as_secs(), Ordering::SeqCst);
    }
}
