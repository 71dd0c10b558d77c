//! Dictionaries (I-08): the codes that fields take, with what people read for them. A service keeps those of its own records
//! in its own schema, by this one implementation: it names its seed to [`DictionaryReplica::start`], serves
//! [`DictionaryService`], and says how many records have a code ([`Usage`]).

mod replica;
mod rpc;
mod seed;
mod store;

use chrono::{DateTime, Utc};
use cims_proto::dictionary::v1 as proto;
use sqlx::PgConnection;
use uuid::Uuid;

pub use replica::DictionaryReplica;
pub use rpc::DictionaryService;
pub use seed::{Seed, SeedItem, parse};

use crate::{call::etag, database::Pool, problem::Failure};

/// Most entries of a dictionary: all of them go to every page.
pub const LIMIT: usize = 500;

/// How many records have a code.
#[derive(Clone, Debug)]
pub struct Used {
    pub dictionary: String,
    pub code: String,
    pub records: i64,
}

/// What a service says of its records: which have which codes, those in the bin too.
#[tonic::async_trait]
pub trait Usage: Send + Sync + 'static {
    async fn used(&self, connection: &mut PgConnection) -> Result<Vec<Used>, Failure>;
}

/// An entry.
#[derive(Clone, Debug)]
struct Item {
    id: Uuid,
    dictionary: String,
    code: String,
    label_zh: String,
    label_en: String,
    position: i32,
    aliases: Vec<String>,
    retire_time: Option<DateTime<Utc>>,
    version: i64,
    update_time: DateTime<Utc>,
}

impl Item {
    fn to_proto(&self) -> proto::DictionaryItem {
        proto::DictionaryItem {
            code: self.code.clone(),
            label_zh: self.label_zh.clone(),
            label_en: self.label_en.clone(),
            order: self.position,
            retired: self.retire_time.is_some(),
            aliases: self.aliases.clone(),
            etag: etag(self.version),
            record_count: None,
        }
    }
}

/// The service's dictionaries as they are now, each in its order, with the retired entries.
///
/// # Errors
/// When the database refuses.
pub async fn list(pool: &Pool) -> Result<Vec<proto::Dictionary>, Failure> {
    Ok(gathered(&store::list(pool).await?))
}

/// Items, sorted by their dictionary, as dictionaries.
fn gathered(items: &[Item]) -> Vec<proto::Dictionary> {
    let parts = items.chunk_by(|one, next| one.dictionary == next.dictionary);
    let dictionary = |part: &[Item]| proto::Dictionary {
        code: part.first().map(|item| item.dictionary.clone()).unwrap_or_default(),
        items: part.iter().map(Item::to_proto).collect(),
    };
    parts.map(dictionary).collect()
}
