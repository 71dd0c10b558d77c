//! Tags that an import asks for by name: made when they are missing, and put on the customers it made.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use directory::Entry;
use kit::{
    Failure,
    clock::Clock,
    write::{Origin, record_on},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{SetChange, exclusive::Exclusive, store};
use crate::tag::{self, LIMIT, NAME_LENGTH, Tag, write::TagChange};

/// What one customer's event asks for.
#[derive(Debug)]
pub struct Import {
    /// The customer, as of the event's version.
    customer: Entry,
    names: Vec<String>,
    origin: Origin,
}

impl Import {
    /// Names that no tag could have are left out: a file must not stop the events behind its own.
    pub fn new(customer: Entry, names: Vec<String>, origin: Origin) -> Import {
        let names = names.iter().map(|name| name.trim()).filter(|name| fits(name)).map(str::to_owned);
        Import { customer, names: names.collect(), origin }
    }
}

fn fits(name: &str) -> bool {
    !name.is_empty() && name.chars().count() <= NAME_LENGTH && !name.chars().any(char::is_control)
}

/// Puts the tags on, in the transaction of the events that ask for them: each once, whatever is delivered how often,
/// so that a tag which somebody took off since stays off.
///
/// # Errors
/// When the database refuses.
pub async fn put_on(connection: &mut PgConnection, clock: &Clock, imports: &[Import]) -> Result<(), Failure> {
    if imports.is_empty() {
        return Ok(());
    }
    // Tags before sets, as everywhere.
    let tags = tags(connection, clock, imports).await?;
    let customers: BTreeSet<Uuid> = imports.iter().map(|import| import.customer.customer_id).collect();
    let customers: Vec<Uuid> = customers.into_iter().collect();
    let exclusive = Exclusive::new(tag::store::exclusive(connection).await?);
    let mut sets = store::lock(connection, &customers).await?;
    let mut wanted: BTreeMap<Uuid, (&Import, Vec<Uuid>)> = BTreeMap::new();
    for import in imports {
        let id = import.customer.customer_id;
        if sets.get(&id).is_some_and(|set| set.import_version < import.customer.version) {
            let (newest, ids) = wanted.entry(id).or_insert_with(|| (import, Vec::new()));
            *newest = import;
            ids.extend(import.names.iter().filter_map(|name| tags.get(name)));
        }
    }
    let now = clock.now();
    let mut changes = Vec::new();
    let mut origins = Vec::new();
    for (id, (import, ids)) in wanted {
        let set = sets.remove(&id).unwrap_or_default();
        let mut after = set.tags.clone();
        // In the order of the file, so that of an exclusive group its last stays.
        ids.into_iter().for_each(|tag| exclusive.put(&mut after, tag));
        if let Some(change) = SetChange::new(import.customer, set.version, import.origin.actor_id, set.tags, after) {
            changes.push(change);
            origins.push(&import.origin);
        }
    }
    store::write(connection, &changes.iter().collect::<Vec<_>>(), now).await?;
    for (change, origin) in changes.iter().zip(origins) {
        record_on(connection, clock, origin, change.event()).await?;
    }
    let done: Vec<_> = imports.iter().map(|import| (import.customer.customer_id, import.customer.version)).collect();
    store::note_imports(connection, &done).await
}

/// The tags of all names, by name as the file spells it; they stay until the transaction ends.
async fn tags(
    connection: &mut PgConnection,
    clock: &Clock,
    imports: &[Import],
) -> Result<HashMap<String, Uuid>, Failure> {
    // Each name with the first import that asks for it, who is then the author of the tag.
    let mut asked: BTreeMap<&str, &Origin> = BTreeMap::new();
    for import in imports {
        for name in &import.names {
            asked.entry(name).or_insert(&import.origin);
        }
    }
    let names: Vec<String> = asked.keys().map(|&name| name.to_owned()).collect();
    let known = by_name(tag::store::hold_named(connection, &names).await?);
    let missing: Vec<Tag> = asked
        .iter()
        .filter(|(name, _)| !known.contains_key(**name))
        .map(|(name, origin)| Tag::new(clock.id(), name, origin.now))
        .collect();
    if missing.is_empty() {
        return Ok(known);
    }
    let room = usize::try_from(LIMIT - tag::store::count(connection).await?).unwrap_or_default();
    if missing.len() > room {
        tracing::warn!(
            limit = LIMIT,
            left_out = missing.len() - room,
            "an import asks for more tags than there may be"
        );
    }
    let missing = &missing[..room.min(missing.len())];
    let inserted = tag::store::insert_missing(connection, missing).await?;
    for tag in missing.iter().filter(|tag| inserted.contains(&tag.id)) {
        if let Some(origin) = asked.get(tag.name.as_str()) {
            record_on(connection, clock, origin, TagChange::created(tag).event()?).await?;
        }
    }
    // Again, for those that another made meanwhile, and for two spellings of one name.
    Ok(by_name(tag::store::hold_named(connection, &names).await?))
}

fn by_name(found: Vec<tag::store::Named>) -> HashMap<String, Uuid> {
    found.into_iter().map(|named| (named.wanted, named.id)).collect()
}
