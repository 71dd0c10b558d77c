//! More people than CIMS can serve.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tests::{
    Person,
    driver::create_once,
    ledger::{Attempts, Outcome},
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// So many who each make one customer after the other, as fast as they are answered, and try nothing twice.
pub struct Flood {
    attempts: Arc<Mutex<Attempts>>,
    stop: CancellationToken,
    hands: JoinSet<()>,
}

impl Flood {
    pub fn begin(person: &Person, people: usize) -> Flood {
        let (attempts, stop) = (Arc::<Mutex<Attempts>>::default(), CancellationToken::new());
        let mut hands = JoinSet::new();
        for _ in 0..people {
            let (person, attempts, stop) = (person.clone(), attempts.clone(), stop.clone());
            hands.spawn(async move {
                while !stop.is_cancelled() {
                    let attempt = create_once(&person).await;
                    attempts.lock().expect("nobody panics").0.push(attempt);
                }
            });
        }
        Flood { attempts, stop, hands }
    }

    /// All so far.
    pub fn attempts(&self) -> Attempts {
        self.attempts.lock().expect("nobody panics").clone()
    }

    pub async fn end(mut self) -> Attempts {
        self.stop.cancel();
        while let Some(ended) = self.hands.join_next().await {
            ended.expect("nobody panics");
        }
        self.attempts()
    }
}

/// Waits until ten writes, one after the other, were each acknowledged within a second; how long that took.
pub async fn normal_again(person: &Person) -> Duration {
    let begun = Instant::now();
    let mut in_a_row = 0;
    while in_a_row < 10 {
        let attempt = create_once(person).await;
        let good = attempt.outcome == Outcome::Acknowledged && attempt.took <= Duration::from_secs(1);
        in_a_row = if good { in_a_row + 1 } else { 0 };
        assert!(begun.elapsed() < Duration::from_secs(60), "never: {attempt:?}");
    }
    begun.elapsed()
}
