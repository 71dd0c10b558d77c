//! What people do with dictionaries.

use cims_proto::dictionary::v1::{
    self as proto, CreateDictionaryItemRequest, DeleteDictionaryItemRequest, DictionaryItemChanged,
    ListDictionariesRequest, ListDictionariesResponse, ReorderDictionaryRequest, RetireDictionaryItemRequest,
    UnretireDictionaryItemRequest, UpdateDictionaryItemRequest, dictionaries_server::Dictionaries,
};
use prost::Message;
use tonic::{Request, Response, Status};

use super::{Item, LIMIT, Usage, gathered, store};
use crate::{
    call::{Call, open},
    problem::{Failure, Match, code},
    write::{Begin, Change, Write, Writer, check_version, merged},
};

const MANAGE: &str = "organisation.manage";
/// Between two entries that somebody has put in order.
const STEP: i32 = 10;

/// The RPCs of a service that has dictionaries.
#[derive(Debug)]
pub struct DictionaryService<U> {
    writer: Writer,
    usage: U,
}

impl<U: Usage> DictionaryService<U> {
    pub fn new(writer: Writer, usage: U) -> DictionaryService<U> {
        DictionaryService { writer, usage }
    }

    /// Writes what `change` makes of a locked entry.
    async fn change(
        &self,
        call: &Call,
        of: (&str, &str),
        change: impl Fn(&Write, &mut Item) -> Result<(), Failure>,
    ) -> Result<Response<proto::DictionaryItem>, Status> {
        let mut write = match self.writer.begin(call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let items = store::lock(write.connection(), of.0).await?;
        let before = find(&items, of.1)?;
        let mut after = before.clone();
        change(&write, &mut after)?;
        check(&mut write, call, before, &after).await?;
        update(&mut write, before, &mut after).await?;
        write.commit(after.to_proto()).await
    }
}

#[tonic::async_trait]
impl<U: Usage> Dictionaries for DictionaryService<U> {
    async fn list_dictionaries(
        &self,
        request: Request<ListDictionariesRequest>,
    ) -> Result<Response<ListDictionariesResponse>, Status> {
        let (call, request) = open(request)?;
        let mut dictionaries = gathered(&store::list(self.writer.pool()).await?);
        if request.counts {
            call.scope_of(MANAGE)?;
            let mut transaction = self.writer.pool().begin().await.map_err(Failure::from)?;
            let used = self.usage.used(&mut transaction).await?;
            for dictionary in &mut dictionaries {
                for item in &mut dictionary.items {
                    let own = used.iter().find(|used| used.dictionary == dictionary.code && used.code == item.code);
                    item.record_count = Some(own.map_or(0, |used| i32::try_from(used.records).unwrap_or(i32::MAX)));
                }
            }
        }
        Ok(Response::new(ListDictionariesResponse { dictionaries }))
    }

    async fn create_dictionary_item(
        &self,
        request: Request<CreateDictionaryItemRequest>,
    ) -> Result<Response<proto::DictionaryItem>, Status> {
        let (call, request) = open(request)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let items = store::lock(write.connection(), &request.dictionary).await?;
        if items.len() >= LIMIT {
            return Err(too_many().into());
        }
        let item = Item {
            id: write.id(),
            dictionary: request.dictionary,
            code: request.code,
            label_zh: request.label_zh.trim().to_owned(),
            label_en: request.label_en.trim().to_owned(),
            position: items.last().map_or(0, |last| last.position) + STEP,
            aliases: Vec::new(),
            retire_time: None,
            version: 1,
            update_time: write.now(),
        };
        if !store::insert(write.connection(), &item).await? {
            return Err(taken(find(&items, &item.code)?).into());
        }
        record(&mut write, None, Some(&item)).await?;
        write.commit(item.to_proto()).await
    }

    async fn update_dictionary_item(
        &self,
        request: Request<UpdateDictionaryItemRequest>,
    ) -> Result<Response<proto::DictionaryItem>, Status> {
        let (call, request) = open(request)?;
        let patch = request.item.unwrap_or_default();
        let rename = |_: &Write, item: &mut Item| {
            let named = merged(&item.to_proto(), &patch, request.update_mask.as_ref())?;
            item.rename(named);
            Ok(())
        };
        self.change(&call, (&request.dictionary, &patch.code), rename).await
    }

    async fn retire_dictionary_item(
        &self,
        request: Request<RetireDictionaryItemRequest>,
    ) -> Result<Response<proto::DictionaryItem>, Status> {
        let (call, request) = open(request)?;
        let retire = |write: &Write, item: &mut Item| {
            item.retire_time = item.retire_time.or_else(|| Some(write.now()));
            Ok(())
        };
        self.change(&call, (&request.dictionary, &request.code), retire).await
    }

    async fn unretire_dictionary_item(
        &self,
        request: Request<UnretireDictionaryItemRequest>,
    ) -> Result<Response<proto::DictionaryItem>, Status> {
        let (call, request) = open(request)?;
        let unretire = |_: &Write, item: &mut Item| {
            item.retire_time = None;
            Ok(())
        };
        self.change(&call, (&request.dictionary, &request.code), unretire).await
    }

    async fn delete_dictionary_item(
        &self,
        request: Request<DeleteDictionaryItemRequest>,
    ) -> Result<Response<proto::DictionaryItem>, Status> {
        let (call, request) = open(request)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let items = store::lock(write.connection(), &request.dictionary).await?;
        let item = find(&items, &request.code)?;
        check(&mut write, &call, item, item).await?;
        let used = self.usage.used(write.connection()).await?;
        if let Some(used) = used.iter().find(|used| used.dictionary == item.dictionary && used.code == item.code) {
            let parameters = vec![("count", used.records.to_string())];
            return Err(Failure::State { code: "DICTIONARY_ITEM_USED", parameters }.into());
        }
        // An empty dictionary would be filled anew at the next start.
        if items.len() == 1 {
            return Err(Failure::State { code: "LAST_DICTIONARY_ITEM", parameters: Vec::new() }.into());
        }
        store::delete(write.connection(), item).await?;
        record(&mut write, Some(item), None).await?;
        write.commit(item.to_proto()).await
    }

    async fn reorder_dictionary(
        &self,
        request: Request<ReorderDictionaryRequest>,
    ) -> Result<Response<proto::Dictionary>, Status> {
        let (call, request) = open(request)?;
        let mut write = match self.writer.begin(&call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        let items = store::lock(write.connection(), &request.dictionary).await?;
        let mut ordered = in_order(&items, &request.codes)?;
        for (position, after) in (1..).zip(&mut ordered) {
            let before = after.clone();
            after.position = position * STEP;
            update(&mut write, &before, after).await?;
        }
        let answer = gathered(&ordered).into_iter().next().unwrap_or_default();
        write.commit(answer).await
    }
}

impl Item {
    /// Takes over the labels. A former label becomes an alias, so that sheets which still have it are understood.
    fn rename(&mut self, named: proto::DictionaryItem) {
        let labels = [(&mut self.label_zh, named.label_zh), (&mut self.label_en, named.label_en)];
        for (label, new) in labels {
            let former = std::mem::replace(label, new.trim().to_owned());
            if former != *label && !self.aliases.contains(&former) {
                self.aliases.push(former);
            }
        }
    }
}

fn find<'a>(items: &'a [Item], code: &str) -> Result<&'a Item, Failure> {
    items.iter().find(|item| item.code == code).ok_or(Failure::NotFound)
}

/// The items in the order of the codes, which must be those of the dictionary, each once.
fn in_order(items: &[Item], codes: &[String]) -> Result<Vec<Item>, Failure> {
    let ordered: Vec<Item> = codes.iter().filter_map(|code| find(items, code).ok().cloned()).collect();
    if ordered.len() == items.len() && codes.len() == items.len() {
        return Ok(ordered);
    }
    let allowed = items.iter().map(|item| item.code.as_str()).collect::<Vec<_>>().join(", ");
    Err(Failure::field("/codes", code::NOT_IN_DICTIONARY, allowed))
}

fn too_many() -> Failure {
    Failure::State { code: "TOO_MANY_DICTIONARY_ITEMS", parameters: vec![("limit", LIMIT.to_string())] }
}

fn taken(twin: &Item) -> Failure {
    let twin = Match { id: twin.code.clone(), name: twin.label_zh.clone(), owner_id: String::new(), by: "code" };
    Failure::Duplicate { matches: vec![twin], hard: true }
}

async fn check(write: &mut Write, call: &Call, before: &Item, after: &Item) -> Result<(), Failure> {
    let original = |payload: &[u8]| DictionaryItemChanged::decode(payload).ok()?.after;
    check_version(write, call, (before.id, before.version), (&before.to_proto(), &after.to_proto()), original).await
}

/// Writes what was changed in a locked entry, under its next version; nothing when nothing was.
async fn update(write: &mut Write, before: &Item, after: &mut Item) -> Result<(), Failure> {
    if before.to_proto() == after.to_proto() {
        return Ok(());
    }
    after.version = before.version + 1;
    after.update_time = write.now();
    store::update(write.connection(), after).await?;
    record(write, Some(before), Some(after)).await
}

async fn record(write: &mut Write, before: Option<&Item>, after: Option<&Item>) -> Result<(), Failure> {
    let Some(item) = after.or(before) else { return Ok(()) };
    let payload = DictionaryItemChanged {
        dictionary: item.dictionary.clone(),
        before: before.map(Item::to_proto),
        after: after.map(Item::to_proto),
    };
    let states = (payload.before.as_ref(), payload.after.as_ref());
    write.record(Change::between("dictionary.item", (item.id, item.version), states, &payload)?).await
}
