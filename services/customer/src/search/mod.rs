//! What every list, search and question over customers goes through (T-04, T-05): one row per customer, one tree of
//! conditions, the scope in the statement, pages by key.
//!
//! [`intake::search`] says by which words a customer is found and what a typed text means; [`kit::condition`] what a
//! condition means; here both become SQL over the table `search`: [`text`] and [`tree`] say what decides, [`statement`] puts
//! it together with scope, order and page, [`answer`] asks it.

mod answer;
mod choice;
mod entry;
mod frequency;
mod order;
mod period;
mod rebuild;
mod scope;
mod sql;
mod statement;
pub mod store;
mod text;
mod tree;
mod value;
mod words;

pub use choice::WIDE_MARGIN;
pub use entry::Entry;
pub use rebuild::start as rebuild;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use cims_proto::{Condition, customer::v1::Customer as Record};
use kit::{
    Call, Failure, Scope,
    clock::Clock,
    condition::{Order, Reader, Tree},
    database::{self, Plans, Pool, PoolSettings},
    problem::code,
    schema::{Dictionaries, FieldRules, MessageTable, is_id_number, table_of},
    secret::Secrets,
    service::Context,
    zone,
};
use uuid::Uuid;

use frequency::Statistics;
use order::Sorting;
use statement::Question;
use text::{Sight, Text};

use crate::lag::Lag;

/// Answers questions.
pub struct Searcher {
    pools: Pools,
    clock: Clock,
    dictionaries: Option<Arc<dyn Dictionaries>>,
    secrets: Secrets,
    statistics: Statistics,
    lag: Lag,
}

/// Connections for searches: they keep a core busy each, so more would only wait in the database instead of here.
pub const CONNECTIONS: u32 = 8;

/// The same database, by how statements are planned.
struct Pools {
    /// For conditions: how rare their values are decides.
    planning: Pool,
    /// For what was typed: how it is come by is decided here, and planning would take longer than all else.
    planned: Pool,
    /// For what has one way only.
    reading: Pool,
}

impl std::fmt::Debug for Searcher {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Searcher")
    }
}

impl Searcher {
    /// `planning` is of the context's database and plans each execution.
    ///
    /// # Errors
    /// When the process was given no key for secrets of persons.
    pub fn start(context: &Context, planning: Pool, lag: Lag) -> Result<Searcher, Failure> {
        let (clock, dictionaries) = (context.clock.clone(), context.dictionaries.clone());
        let planned = PoolSettings { connections: CONNECTIONS, plans: Plans::Once };
        let pools =
            Pools { planned: database::beside(&context.pool, planned), planning, reading: context.pool.clone() };
        let (secrets, statistics) = (context.secrets()?, Statistics::start(context));
        Ok(Searcher { pools, clock, dictionaries, secrets, statistics, lag })
    }

    fn reader<'a>(&'a self, call: &'a Call, time_zone: &str) -> Result<Reader<'a>, Failure> {
        Ok(Reader {
            rules: call.field_rules(),
            dictionaries: self.dictionaries.as_deref(),
            now: self.clock.now(),
            zone: zone::parse("/timeZone", time_zone)?,
        })
    }
}

/// Which customers work on many of them means: what was typed, and conditions.
#[derive(Clone, Debug)]
pub struct Matching {
    pub query: String,
    pub where_: Option<Condition>,
    /// Of whoever asks.
    pub rules: FieldRules,
    /// The moment that "today" is of.
    pub now: DateTime<Utc>,
}

/// The customers that are meant within a scope, the newest first, behind the one of an id. The pool should plan each
/// statement for its own values.
///
/// # Errors
/// When the conditions do not fit, at `/where`, the query is an ID number, or the database refuses.
pub async fn matching(
    pool: &Pool,
    question: &Matching,
    scope: &Scope,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Uuid>, Failure> {
    // A job keeps its question, and a secret must not stand there; whoever has one finds the customer and names it.
    if is_id_number(&intake::text::key(&question.query)) {
        return Err(Failure::field("/query", code::NOT_ALLOWED, "customerIds"));
    }
    let reader = Reader { rules: Some(&question.rules), dictionaries: None, now: question.now, zone: zone::DEFAULT };
    let asked = Asked { reader, query: &question.query, binned: false, secrets: None };
    let condition = question.where_.clone().unwrap_or_default();
    let Some(question) = asked.conditioned(&condition)? else { return Ok(Vec::new()) };
    Ok(question.ids(scope, after, limit)?.0.build_query_scalar().fetch_all(pool).await?)
}

/// A question as it came.
struct Asked<'a> {
    reader: Reader<'a>,
    query: &'a str,
    binned: bool,
    /// By which whole ID numbers are found.
    secrets: Option<&'a Secrets>,
}

impl Asked<'_> {
    fn table() -> &'static MessageTable {
        table_of::<Record>()
    }

    fn sight(&self) -> Sight {
        Sight::of(self.reader.rules)
    }

    /// None when something was typed in which nothing can be seen.
    fn conditioned(&self, condition: &Condition) -> Result<Option<Question>, Failure> {
        let tree = Tree::parse(Asked::table(), condition, "/where", &self.reader)?;
        if self.query.is_empty() {
            return Ok(Some(self.question(None, tree)));
        }
        let text = Text::parse(self.query, self.sight(), self.secrets);
        Ok(text.map(|text| self.question(Some(text), tree)))
    }

    fn filtered(&self, filter: &str) -> Result<Question, Failure> {
        let tree = Tree::parse_filter(Asked::table(), filter, &self.reader)?;
        Ok(self.question(None, tree))
    }

    fn question(&self, text: Option<Text>, tree: Option<Tree>) -> Question {
        let values = tree.as_ref().filter(|_| text.is_none() && !self.binned).and_then(value::asked);
        Question { text, tree, values, binned: self.binned, now: self.reader.now }
    }

    fn sorting(&self, order_by: &str) -> Result<Option<Sorting>, Failure> {
        let order = Order::parse(Asked::table(), order_by, &self.reader)?;
        order.map(|order| Sorting::of(&order)).transpose()
    }
}
