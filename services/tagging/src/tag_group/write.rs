//! Every change of a group: its row and its event, and what it means for its tags.

use cims_proto::tagging::v1::TagGroupChanged;
use kit::{
    Failure,
    write::{Change, Write},
};

use super::{LIMIT, TagGroup, store};
use crate::tag::{self, Tag, write::TagChange};

/// The group of a name that somebody gives a tag, made when there is none; none for no name.
///
/// # Errors
/// When there are too many, or the database refuses.
pub async fn named(write: &mut Write, name: &str) -> Result<Option<TagGroup>, Failure> {
    if name.is_empty() {
        return Ok(None);
    }
    if let Some(known) = store::hold_named(write.connection(), name).await? {
        return Ok(Some(known));
    }
    let group = TagGroup::new(write.id(), name, write.now());
    if create(write, &group).await? {
        return Ok(Some(group));
    }
    // Somebody else made it a moment ago.
    store::hold_named(write.connection(), name).await
}

/// Writes a new group; false when its name is taken.
///
/// # Errors
/// When there are too many, or the database refuses.
pub async fn create(write: &mut Write, group: &TagGroup) -> Result<bool, Failure> {
    if store::count(write.connection()).await? >= LIMIT {
        return Err(Failure::State { code: "TOO_MANY_TAG_GROUPS", parameters: vec![("limit", LIMIT.to_string())] });
    }
    let created = store::insert(write.connection(), group).await?;
    if created {
        record(write, None, Some(group)).await?;
    }
    Ok(created)
}

/// Writes what was changed in a locked group, under its next version; its tags follow its name.
///
/// # Errors
/// When the database refuses: see [`store::is_taken`].
pub async fn update(write: &mut Write, before: &TagGroup, after: &mut TagGroup) -> Result<(), Failure> {
    after.version = before.version + 1;
    after.update_time = write.now();
    store::update(write.connection(), after).await?;
    record(write, Some(before), Some(after)).await?;
    if before.name != after.name {
        regroup(write, before, Some(after)).await?;
    }
    Ok(())
}

/// Deletes a locked group; its tags stay, in none.
///
/// # Errors
/// When the database refuses.
pub async fn delete(write: &mut Write, group: &TagGroup) -> Result<(), Failure> {
    regroup(write, group, None).await?;
    store::delete(write.connection(), group).await?;
    record(write, Some(group), None).await
}

async fn regroup(write: &mut Write, from: &TagGroup, to: Option<&TagGroup>) -> Result<(), Failure> {
    for before in tag::store::lock_of_group(write.connection(), from.id).await? {
        let after = Tag { version: before.version + 1, update_time: write.now(), ..before.clone().of_group(to) };
        tag::store::update(write.connection(), &after).await?;
        write.record(TagChange::updated(&before, &after).event()?).await?;
    }
    Ok(())
}

async fn record(write: &mut Write, before: Option<&TagGroup>, after: Option<&TagGroup>) -> Result<(), Failure> {
    let Some(group) = after.or(before) else { return Ok(()) };
    let payload = TagGroupChanged { before: before.map(TagGroup::to_proto), after: after.map(TagGroup::to_proto) };
    let states = (payload.before.as_ref(), payload.after.as_ref());
    write.record(Change::between("tagging.tagGroup", (group.id, group.version), states, &payload)?).await
}
