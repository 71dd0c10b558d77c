//! What a service's dictionaries start with.

use serde::Deserialize;

use super::{Item, store};
use crate::{clock::Clock, database::Pool, problem::Failure};

/// A dictionary of a new installation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seed {
    /// "level"
    pub code: String,
    #[serde(rename = "item")]
    pub items: Vec<SeedItem>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedItem {
    /// What records hold.
    pub code: String,
    pub zh: String,
    pub en: String,
    pub order: i32,
    /// What else an import may find in a cell for it.
    pub aliases: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "dictionary")]
    dictionaries: Vec<Seed>,
}

/// Reads a file of seeds.
///
/// # Errors
/// When it is none.
pub fn parse(file: &str) -> Result<Vec<Seed>, Failure> {
    let file: File = toml::from_str(file).map_err(Failure::internal)?;
    Ok(file.dictionaries)
}

/// Fills the dictionaries that have no entry yet. Several processes may do so at once.
pub(super) async fn fill(pool: &Pool, clock: &Clock, seeds: &[Seed]) -> Result<(), Failure> {
    let mut transaction = pool.begin().await?;
    let known = store::list(&mut *transaction).await?;
    for seed in seeds.iter().filter(|seed| !known.iter().any(|item| item.dictionary == seed.code)) {
        for item in &seed.items {
            store::insert(&mut transaction, &planted(seed, item, clock)).await?;
        }
    }
    transaction.commit().await?;
    Ok(())
}

fn planted(seed: &Seed, item: &SeedItem, clock: &Clock) -> Item {
    Item {
        id: clock.id(),
        dictionary: seed.code.clone(),
        code: item.code.clone(),
        label_zh: item.zh.clone(),
        label_en: item.en.clone(),
        position: item.order,
        aliases: item.aliases.clone(),
        retire_time: None,
        version: 1,
        update_time: clock.now(),
    }
}
