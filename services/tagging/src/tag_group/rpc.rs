//! What people do with groups of tags.

use cims_proto::tagging::v1::{
    self as proto, CreateTagGroupRequest, DeleteTagGroupRequest, ListTagGroupsResponse, TagGroupChanged,
    UpdateTagGroupRequest,
};
use kit::{
    Call, Failure,
    call::parse_id,
    problem::Match,
    write::{Begin, Write, Writer, check_version, merged},
};
use prost::Message;
use tonic::{Response, Status};

use super::{TagGroup, store, write};

/// The RPCs about groups.
#[derive(Debug)]
pub struct TagGroups {
    writer: Writer,
}

impl TagGroups {
    pub fn new(writer: Writer) -> TagGroups {
        TagGroups { writer }
    }

    pub async fn list(&self) -> Result<Response<ListTagGroupsResponse>, Status> {
        let groups = store::list(self.writer.pool()).await?;
        Ok(Response::new(ListTagGroupsResponse { tag_groups: groups.iter().map(TagGroup::to_proto).collect() }))
    }

    pub async fn create(
        &self,
        call: &Call,
        request: CreateTagGroupRequest,
    ) -> Result<Response<proto::TagGroup>, Status> {
        let mut write = match self.writer.begin(call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let mut group = TagGroup::new(write.id(), "", write.now());
        group.write(request.tag_group.unwrap_or_default());
        if !write::create(&mut write, &group).await? {
            return Err(self.taken(*write, &group).await.into());
        }
        write.commit(group.to_proto()).await
    }

    pub async fn update(
        &self,
        call: &Call,
        request: UpdateTagGroupRequest,
    ) -> Result<Response<proto::TagGroup>, Status> {
        let patch = request.tag_group.unwrap_or_default();
        let id = parse_id("/tagGroup/id", &patch.id)?;
        let mut write = match self.writer.begin(call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let before = store::lock(write.connection(), id).await?;
        let mut after = before.clone();
        after.write(merged(&before.to_proto(), &patch, request.update_mask.as_ref())?);
        check(&mut write, call, &before, &after).await?;
        if before.to_proto() == after.to_proto() {
            return write.commit(before.to_proto()).await;
        }
        match write::update(&mut write, &before, &mut after).await {
            Ok(()) => write.commit(after.to_proto()).await,
            Err(failure) if store::is_taken(&failure) => Err(self.taken(*write, &after).await.into()),
            Err(failure) => Err(failure.into()),
        }
    }

    pub async fn delete(
        &self,
        call: &Call,
        request: DeleteTagGroupRequest,
    ) -> Result<Response<proto::TagGroup>, Status> {
        let id = parse_id("/id", &request.id)?;
        let mut write = match self.writer.begin(call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let group = store::lock(write.connection(), id).await?;
        check(&mut write, call, &group, &group).await?;
        write::delete(&mut write, &group).await?;
        write.commit(group.to_proto()).await
    }

    /// The refusal of a name that another group has.
    async fn taken(&self, write: Write, group: &TagGroup) -> Failure {
        // The transaction is lost; its connection goes back before another is asked for.
        drop(write);
        match store::find_named(self.writer.pool(), &group.name).await {
            Ok(twin) => {
                let (id, name) =
                    twin.map_or((String::new(), group.name.clone()), |twin| (twin.id.to_string(), twin.name));
                Failure::Duplicate {
                    matches: vec![Match { id, name, owner_id: String::new(), by: "name" }],
                    hard: true,
                }
            }
            Err(failure) => failure,
        }
    }
}

async fn check(write: &mut Write, call: &Call, before: &TagGroup, after: &TagGroup) -> Result<(), Failure> {
    let original = |payload: &[u8]| TagGroupChanged::decode(payload).ok()?.after;
    check_version(write, call, (before.id, before.version), (&before.to_proto(), &after.to_proto()), original).await
}
