//! A service's replica of identity's dictionaries, so that checking a code asks nobody.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use cims_proto::identity::v1::{DictionaryItem, ListDictionariesRequest, dictionaries_client::DictionariesClient};

use crate::{client::Channel, problem::Failure, schema::Dictionaries, service::Context};

/// Items by the code of their dictionary, in their order, without the retired ones.
pub type Snapshot = HashMap<String, Vec<DictionaryItem>>;

/// A change of a dictionary is seen within this time.
const REFRESH: Duration = Duration::from_secs(5);
/// Until the first success, because identity may start a moment later.
const FIRST_TRY: Duration = Duration::from_millis(100);

/// The dictionaries as identity last said. Empty until it said anything: then no code is refused.
#[derive(Debug, Default)]
pub struct DictionaryReplica {
    snapshot: RwLock<Arc<Snapshot>>,
}

impl DictionaryReplica {
    /// A replica that follows identity until the process stops.
    pub fn start(context: &Context, identity: Channel) -> Arc<DictionaryReplica> {
        let replica = Arc::new(DictionaryReplica::default());
        let (follower, stop) = (replica.clone(), context.stop.clone());
        context.spawn(async move {
            stop.run_until_cancelled(follower.follow(identity)).await;
        });
        replica
    }

    /// What identity last said.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn follow(&self, identity: Channel) {
        let (mut known, mut reachable) = (false, true);
        loop {
            let asked = ask(identity.clone()).await;
            // Logged when it begins, not each time.
            if let Err(failure) = &asked
                && reachable
            {
                tracing::warn!(%failure, "dictionaries are not refreshed");
            }
            reachable = asked.is_ok();
            if let Ok(snapshot) = asked {
                *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
                known = true;
            }
            tokio::time::sleep(if known { REFRESH } else { FIRST_TRY }).await;
        }
    }
}

impl Dictionaries for DictionaryReplica {
    fn codes(&self, dictionary: &str) -> Option<Vec<String>> {
        let snapshot = self.snapshot();
        snapshot.get(dictionary).map(|items| items.iter().map(|item| item.code.clone()).collect())
    }
}

async fn ask(identity: Channel) -> Result<Snapshot, Failure> {
    let answer = DictionariesClient::new(identity).list_dictionaries(ListDictionariesRequest {}).await?.into_inner();
    let entries = answer.dictionaries.into_iter().map(|dictionary| {
        let items = dictionary.items.into_iter().filter(|item| !item.retired).collect();
        (dictionary.code, items)
    });
    Ok(entries.collect())
}
