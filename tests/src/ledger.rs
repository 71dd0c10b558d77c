//! What CIMS acknowledged while faults struck, and how every attempt went.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A customer as it was last acknowledged.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: Uuid,
    pub name: String,
    /// Nobody but the driver writes it: what is there must be this very version.
    pub version: i64,
    pub remarks: String,
    pub records: BTreeSet<Uuid>,
    pub last_contact: Option<DateTime<Utc>>,
    pub tags: BTreeSet<Uuid>,
}

/// All that was acknowledged, of one run of a driver or several.
#[derive(Debug, Default)]
pub struct Ledger {
    pub customers: Vec<Entry>,
    pub attempts: Attempts,
}

impl Ledger {
    pub fn add(&mut self, other: Ledger) {
        self.customers.extend(other.customers);
        self.attempts.0.extend(other.attempts.0);
    }
}

/// How an attempt at a write ended. All but the first are sent again under the same key.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Outcome {
    Acknowledged,
    /// 429, 503 or, of a twin in flight, 409, each with `Retry-After`.
    Refused(u16),
    /// 504: nobody knows.
    Deadline,
    /// The connection could not be made or broke.
    Lost,
    /// No answer at all.
    Silent,
    /// What no fault excuses: 500, or a refusal without `Retry-After`.
    Wrong(u16),
}

/// One request.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    /// Who answers it: "customer", "interaction", "tagging".
    pub service: &'static str,
    pub begun: Instant,
    pub took: Duration,
    pub outcome: Outcome,
    /// The how many-th of its write this was, from 1.
    pub number: u32,
}

impl Attempt {
    fn ended(&self) -> Instant {
        self.begun + self.took
    }

    fn failed(&self) -> bool {
        self.outcome != Outcome::Acknowledged
    }
}

/// A fault's time: from before it struck to when what it struck was let alone again.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    pub begun: Instant,
    pub ended: Instant,
}

/// Requests in no order.
#[derive(Clone, Debug, Default)]
pub struct Attempts(pub Vec<Attempt>);

impl Attempts {
    /// Those of other services.
    pub fn beside(&self, service: &str) -> Attempts {
        Attempts(self.0.iter().filter(|attempt| attempt.service != service).copied().collect())
    }

    pub fn acknowledged(&self) -> usize {
        self.0.iter().filter(|attempt| !attempt.failed()).count()
    }

    /// Failures by a hundred attempts.
    pub fn failed_percent(&self) -> f64 {
        let failed = self.0.len() - self.acknowledged();
        100.0 * failed as f64 / self.0.len().max(1) as f64
    }

    pub fn longest(&self) -> Duration {
        self.0.iter().map(|attempt| attempt.took).max().unwrap_or_default()
    }

    /// Most attempts that one write took.
    pub fn most(&self) -> u32 {
        self.0.iter().map(|attempt| attempt.number).max().unwrap_or_default()
    }

    /// How many ended how.
    pub fn kinds(&self) -> BTreeMap<Outcome, usize> {
        let mut kinds = BTreeMap::new();
        for attempt in &self.0 {
            *kinds.entry(attempt.outcome).or_default() += 1;
        }
        kinds
    }

    /// After how long something was acknowledged again that was asked for later than `moment`; none: never.
    pub fn served_after(&self, moment: Instant) -> Option<Duration> {
        let later = self.0.iter().filter(|attempt| !attempt.failed() && attempt.begun >= moment);
        later.map(|attempt| attempt.ended() - moment).min()
    }

    /// The rule of design/quality.md for any fault: served again within 5 s of its end, no failure that began later than
    /// that, no request longer than 5 s, and nothing answered that no fault excuses.
    #[track_caller]
    pub fn bear(&self, faults: &[Fault]) {
        const LIMIT: Duration = Duration::from_secs(5);
        let told = format!("{:?}, longest {:?}", self.kinds(), self.longest());
        assert!(!self.kinds().keys().any(|kind| matches!(kind, Outcome::Wrong(_))), "{told}");
        assert!(self.longest() <= LIMIT, "{told}");
        for (turn, fault) in faults.iter().enumerate() {
            let served = self.served_after(fault.ended).unwrap_or(Duration::MAX);
            assert!(served <= LIMIT, "fault {turn}: served only after {served:?}; {told}");
            let settled = fault.ended + LIMIT;
            let next = faults.get(turn + 1).map(|next| next.begun);
            let late = self.0.iter().find(|attempt| {
                attempt.failed() && attempt.begun >= settled && next.is_none_or(|next| attempt.ended() < next)
            });
            assert!(late.is_none(), "fault {turn}: {late:?}");
        }
    }
}
