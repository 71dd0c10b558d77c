//! What reporting does with events: facts and counters in one transaction, then a word to the pages that show them.

use kit::{
    Failure,
    events::{BATCH, Consumer, Event, Notice, Notices},
};
use sqlx::PgConnection;

use crate::facts::{Facts, Holder, store};

#[derive(Debug)]
pub struct Follower {
    notices: Notices,
}

impl Follower {
    pub fn new(notices: Notices) -> Follower {
        Follower { notices }
    }
}

impl Consumer for Follower {
    async fn apply(&self, connection: &mut PgConnection, event: &Event) -> Result<(), Failure> {
        self.apply_batch(connection, &[event]).await
    }

    async fn apply_batch(&self, connection: &mut PgConnection, events: &[&Event]) -> Result<(), Failure> {
        let facts = Facts::of(events.iter().copied())?;
        store::take_turn(&mut *connection).await?;
        store::write(connection, &facts, events.len() >= usize::from(BATCH)).await
    }

    async fn applied(&self, events: &[Event]) {
        // What was applied can be read.
        let facts = Facts::of(events).unwrap_or_default();
        self.notices.send(&notices(facts.holders)).await;
    }
}

/// Tells the pages of those whose scope holds one of the holders to read their figures again.
pub fn notices(holders: impl IntoIterator<Item = Holder>) -> Vec<Notice> {
    let notice = |(owner_id, department_id)| Notice {
        r#type: "reporting.home.changed".to_owned(),
        id: String::new(),
        version: 0,
        owner_id,
        department_id,
        readers: Vec::new(),
        fields: Vec::new(),
    };
    holders.into_iter().map(notice).collect()
}
