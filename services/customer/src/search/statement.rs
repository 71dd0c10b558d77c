//! The statements of a question: what decides, in which order, and how much of it.
//!
//! An answer is a sequence of bands, each of which has an order that rows can be passed over by: the ways to be found by a
//! text, or what has a value to be sorted by and what has none. Pages go on within a band where the page before ended.

use std::iter;

use chrono::{DateTime, Utc};
use kit::{Failure, Scope, condition::Tree};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;

use super::{
    frequency::Frequencies,
    order::Sorting,
    sql::Sql,
    text::{Text, Way},
    tree,
    value::Values,
};

/// Which customers are meant.
#[derive(Debug)]
pub struct Question {
    pub text: Option<Text>,
    pub tree: Option<Tree>,
    /// What of the tree words say.
    pub values: Option<Values>,
    /// Those in the bin, and only those.
    pub binned: bool,
    /// The moment at which shares hold.
    pub now: DateTime<Utc>,
}

/// A part of an answer.
#[derive(Clone, Copy, Debug)]
pub enum Band {
    /// All, the newest first.
    All,
    Way(Way),
    Sorted(Sorting),
    /// Those without a value to be sorted by, the newest first.
    Unsorted(Sorting),
}

/// Where a page ended.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Place {
    pub band: usize,
    /// What the last row was sorted by, as text.
    pub value: Option<String>,
    pub id: Uuid,
}

/// What of an answer a statement is about.
#[derive(Clone, Copy, Debug)]
pub struct Stretch<'a> {
    pub scope: &'a Scope,
    pub band: Band,
    /// Behind this place of the band; from its start without one.
    pub after: Option<&'a Place>,
}

/// A row of an answer.
#[derive(Debug, FromRow)]
pub struct Found {
    /// The number of the part that it is of.
    pub part: i32,
    pub customer_id: Uuid,
    pub value: Option<String>,
    /// See [`super::text::REASONS`]; none without a text.
    pub reasons: Option<Vec<bool>>,
    /// It is reached by a share alone.
    pub shared: bool,
}

/// How the rows of a band are come by.
#[derive(Clone, Debug)]
pub enum Access<'a> {
    /// As the planner thinks best.
    Planned,
    /// Only so many of the newest are looked at.
    Newest(i64),
    /// By the index of words or of names, all of them before they are sorted.
    LookedUp(Among<'a>),
}

/// What is looked up.
#[derive(Clone, Debug)]
pub enum Among<'a> {
    /// All that the index of names knows.
    Names,
    /// What the index of words knows: of that what has one of these, where not all is to be looked up.
    Words {
        /// Of the scope.
        scope: Option<&'a [i64]>,
        /// Of the newest. Words of the text that hardly any have are looked up whatever their time.
        period: Option<Vec<i64>>,
        frequencies: &'a Frequencies,
    },
}

impl Access<'_> {
    /// Rows may be missing that another access would find.
    pub fn is_partial(&self) -> bool {
        match self {
            Access::Planned => false,
            Access::Newest(_) => true,
            Access::LookedUp(among) => matches!(among, Among::Words { period: Some(_), .. }),
        }
    }
}

impl Found {
    /// The number of the band that it is of.
    pub fn band(&self) -> usize {
        usize::try_from(self.part).unwrap_or_default()
    }
}

/// A stretch, and how its rows are come by.
#[derive(Clone, Debug)]
pub struct Part<'a> {
    /// Of the band, among the answer's.
    pub number: usize,
    pub stretch: Stretch<'a>,
    pub access: Access<'a>,
}

/// What of a scope a statement goes through: each has an index of its own, and together they would have none.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Arm {
    /// By department and owner.
    Scope,
    /// What is shared with the person, but for what the scope has.
    Shared(Uuid),
}

impl Question {
    pub fn bands(&self, sorting: Option<Sorting>) -> Vec<Band> {
        match (sorting, &self.text) {
            (Some(sorting), _) if sorting.nullable => vec![Band::Sorted(sorting), Band::Unsorted(sorting)],
            (Some(sorting), _) => vec![Band::Sorted(sorting)],
            (None, Some(text)) => text.ways().into_iter().map(Band::Way).collect(),
            (None, None) => vec![Band::All],
        }
    }

    /// A page of some parts, one after the other. The database goes through them in their order, and through no more of
    /// them than the page needs.
    ///
    /// # Errors
    /// When the tree has a field without a column: a defect.
    pub fn page(&self, parts: &[Part<'_>], limit: i64) -> Result<Sql, Failure> {
        let mut sql = Sql::new("");
        if let [only] = parts {
            self.push_part(only, limit, &mut sql)?;
            return Ok(sql);
        }
        sql.push("select * from (");
        for (index, part) in parts.iter().enumerate() {
            sql.push(if index > 0 { " union all (" } else { "(" });
            self.push_part(part, limit, &mut sql)?;
            sql.push(")");
        }
        sql.push(") parts limit ").bind(limit);
        Ok(sql)
    }

    fn push_part(&self, part: &Part<'_>, limit: i64, sql: &mut Sql) -> Result<(), Failure> {
        let stretch = &part.stretch;
        let Some(person) = stretch.scope.shared_with() else {
            self.push_arm(part, limit, sql)?;
            push_end(Rows::Searched, stretch.band, limit, sql);
            return Ok(());
        };
        sql.push("select * from ((");
        self.push_arm(part, limit, sql)?;
        push_end(Rows::Searched, stretch.band, limit, sql);
        sql.push(") union all (");
        self.push_planned(Arm::Shared(person), part, limit, sql)?;
        push_end(Rows::Searched, stretch.band, limit, sql);
        sql.push(")) arms");
        push_end(Rows::Selected, stretch.band, limit, sql);
        Ok(())
    }

    fn push_arm(&self, part: &Part<'_>, limit: i64, sql: &mut Sql) -> Result<(), Failure> {
        match &part.access {
            Access::Planned => self.push_planned(Arm::Scope, part, limit, sql),
            Access::Newest(looked_at) => self.push_newest(part, *looked_at, sql),
            Access::LookedUp(among) => self.push_looked_up(part, among, limit, sql),
        }
    }

    fn push_planned(&self, arm: Arm, part: &Part<'_>, limit: i64, sql: &mut Sql) -> Result<(), Failure> {
        let stretch = &part.stretch;
        self.push_shown(arm, part, sql);
        // Whoever only turns pages finds one soon enough without a plan for each department.
        let is_parted = arm == Arm::Scope && matches!(stretch.band, Band::All) && self.tree.is_some();
        if is_parted && self.scopes(stretch.scope).len() > 1 {
            return self.push_departments(stretch, true, limit, sql);
        }
        sql.push(" from search where ");
        self.push_reach(arm, stretch, sql);
        sql.push(" and ");
        self.push_matches(stretch.band, sql)
    }

    fn push_newest(&self, part: &Part<'_>, looked_at: i64, sql: &mut Sql) -> Result<(), Failure> {
        self.push_shown(Arm::Scope, part, sql);
        self.push_departments(&part.stretch, false, looked_at, sql)?;
        sql.push(" where ");
        self.push_matches(part.stretch.band, sql)
    }

    /// So many of the newest rows of a scope, matching or not: those of each department come by its index, and are merged as
    /// far as they are needed. That takes an order and a limit for each; without, all of them would be sorted.
    fn push_departments(
        &self,
        stretch: &Stretch<'_>,
        matching: bool,
        limit: i64,
        sql: &mut Sql,
    ) -> Result<(), Failure> {
        let scopes = self.scopes(stretch.scope);
        sql.push(" from (");
        for (index, scope) in scopes.iter().enumerate() {
            sql.push(if index > 0 { " union all (select customer_id, " } else { "(select customer_id, " });
            sql.push(COLUMNS).push(" from search where ");
            self.push_reach(Arm::Scope, &Stretch { scope, band: Band::All, ..*stretch }, sql);
            if matching {
                sql.push(" and ");
                self.push_matches(Band::All, sql)?;
            }
            sql.push(" order by customer_id desc limit ").bind(limit).push(")");
        }
        if scopes.len() > 1 {
            sql.push(" order by customer_id desc limit ").bind(limit);
        }
        sql.push(") newest");
        Ok(())
    }

    /// What of a scope has an index that goes through its rows from the newest on.
    fn scopes(&self, scope: &Scope) -> Vec<Scope> {
        match scope {
            Scope::Departments(departments) if (1..=MOST_PARTS).contains(&departments.len()) && !self.binned => {
                departments.iter().map(|department| Scope::Departments([*department].into())).collect()
            }
            whole => vec![whole.clone()],
        }
    }

    /// Everything that an index knows is sorted, and then judged one by one until the page is full: judging takes longer than
    /// finding.
    fn push_looked_up(&self, part: &Part<'_>, among: &Among<'_>, limit: i64, sql: &mut Sql) -> Result<(), Failure> {
        let stretch = &part.stretch;
        let is_at_hand = matches!(among, Among::Words { .. });
        sql.push("with found as materialized (select customer_id");
        // Where the row was, which is nearer than its key. The index of names does not come by it.
        sql.push(if is_at_hand { ", ctid as place from search where " } else { " from search where " });
        self.push_place(stretch, sql);
        sql.push(" and ");
        self.push_known(stretch.band, among, sql)?;
        if is_at_hand {
            // `is true` keeps the planner from asking an index of the scope instead of the words'.
            sql.push(" and (true");
            push_scope(stretch.scope, sql);
            sql.push(") is true");
        } else {
            push_scope(stretch.scope, sql);
            // The index of names says it all, owner and department too: more than the page's are not even kept.
            if self.tree.is_none() {
                sql.push(" and ");
                self.push_matches(stretch.band, sql)?;
                sql.push(" order by customer_id desc limit ").bind(limit);
            }
        }
        sql.push("), sorted as (select * from found order by customer_id desc) ");
        self.push_shown(Arm::Scope, part, sql);
        sql.push(" from sorted cross join lateral (select ").push(COLUMNS).push(" from search where ");
        sql.push(if is_at_hand { "ctid = sorted.place" } else { "customer_id = sorted.customer_id" });
        // `offset 0` keeps the planner from joining in another order, which would judge everything.
        sql.push(" offset 0) one where true");
        push_scope(stretch.scope, sql);
        sql.push(" and ");
        self.push_matches(stretch.band, sql)
    }

    /// What an index knows of whatever is found.
    fn push_known(&self, band: Band, among: &Among<'_>, sql: &mut Sql) -> Result<(), Failure> {
        match (band, &self.text, &self.values) {
            (Band::Way(way), Some(text), _) => text.push_known(way, among, sql),
            (Band::All, None, Some(values)) => values.words.clone().push(Some(among), sql),
            _ => return Err(Failure::internal("no index knows what has neither a text nor values")),
        }
        Ok(())
    }

    /// Ids of all that answer, the newest first.
    ///
    /// # Errors
    /// As [`Question::page`].
    pub fn ids(&self, scope: &Scope, after: Option<Uuid>, limit: i64) -> Result<Sql, Failure> {
        let after = after.map(|id| Place { band: 0, value: None, id });
        let stretch = Stretch { scope, band: Band::All, after: after.as_ref() };
        let mut sql = Sql::new("select customer_id from (");
        for (index, arm) in arms(scope).enumerate() {
            sql.push(if index > 0 { " union all (" } else { "(" }).push("select customer_id from search where ");
            self.push_reach(arm, &stretch, &mut sql);
            sql.push(" and ");
            self.push_matches(stretch.band, &mut sql)?;
            push_end(Rows::Searched, stretch.band, limit, &mut sql);
            sql.push(")");
        }
        sql.push(") arms");
        push_end(Rows::Selected, stretch.band, limit, &mut sql);
        Ok(sql)
    }

    /// How many answer, counted up to a limit when there is one.
    ///
    /// # Errors
    /// As [`Question::page`].
    pub fn count(&self, scope: &Scope, limit: Option<i64>) -> Result<Sql, Failure> {
        let stretch = Stretch { scope, band: Band::All, after: None };
        let mut sql = Sql::new("select count(*) from (");
        for (index, arm) in arms(scope).enumerate() {
            sql.push(if index > 0 { " union all " } else { "" }).push("select 1 from search where ");
            self.push_reach(arm, &stretch, &mut sql);
            sql.push(" and ");
            self.push_matches(stretch.band, &mut sql)?;
        }
        if let Some(limit) = limit {
            sql.push(" limit ").bind(limit);
        }
        sql.push(") counted");
        Ok(sql)
    }

    /// Within an arm of the scope, and behind the page before.
    fn push_reach(&self, arm: Arm, stretch: &Stretch<'_>, sql: &mut Sql) {
        self.push_place(stretch, sql);
        match arm {
            Arm::Scope => push_scope(stretch.scope, sql),
            Arm::Shared(person) => self.push_shared(person, stretch.scope, sql),
        }
    }

    /// Where the rows are, in the bin or not, and behind the page before.
    fn push_place(&self, stretch: &Stretch<'_>, sql: &mut Sql) {
        sql.push(if self.binned { "deleted" } else { "not deleted" });
        let Some(place) = stretch.after else { return };
        match (stretch.band, &place.value) {
            (Band::Sorted(sorting), Some(value)) => {
                sql.push(" and (").push(sorting.column).push(", customer_id) ");
                sql.push(if sorting.descending { "<" } else { ">" }).push(" (").bind(value.clone());
                sql.push(sorting.cast).push(", ").bind(place.id).push(")");
            }
            _ => drop(sql.push(" and customer_id < ").bind(place.id)),
        }
    }

    /// By their keys, because there are few; an array, so that no plan goes through all customers instead.
    fn push_shared(&self, person: Uuid, scope: &Scope, sql: &mut Sql) {
        sql.push(" and customer_id = any(array(select record_id from share where person_id = ").bind(person);
        sql.push(" and (end_time is null or end_time > ").bind(self.now).push(")))");
        if let Some(owner) = scope.owner() {
            sql.push(" and owner_id is distinct from ").bind(owner);
        }
        if let Some(departments) = scope.departments() {
            sql.push(" and (department_id is null or department_id <> all(").bind(departments.to_vec()).push("))");
        }
    }

    fn push_matches(&self, band: Band, sql: &mut Sql) -> Result<(), Failure> {
        match (band, &self.text) {
            (Band::Sorted(sorting), _) if sorting.nullable => {
                sql.push("(").push(sorting.column).push(" is not null)");
            }
            (Band::Unsorted(sorting), _) => drop(sql.push("(").push(sorting.column).push(" is null)")),
            (Band::Way(way), Some(text)) => text.push_way(way, sql),
            _ => drop(sql.push("true")),
        }
        if let (Some(text), Band::All | Band::Sorted(_) | Band::Unsorted(_)) = (&self.text, band) {
            sql.push(" and ");
            text.push_any(sql);
        }
        if let Some(tree) = &self.tree {
            sql.push(" and ");
            tree::push(tree, sql)?;
        }
        Ok(())
    }

    fn push_shown(&self, arm: Arm, part: &Part<'_>, sql: &mut Sql) {
        sql.push("select customer_id, ").bind(i32::try_from(part.number).unwrap_or(i32::MAX)).push(" as part, ");
        sql.push(if arm == Arm::Scope { "false as shared, " } else { "true as shared, " });
        match part.stretch.band {
            Band::Sorted(sorting) => sql.push("(").push(sorting.column).push(")::text as value, "),
            _ => sql.push("null::text as value, "),
        };
        match &self.text {
            Some(text) => text.push_reasons(sql),
            None => drop(sql.push("null::boolean[]")),
        }
        sql.push(" as reasons");
    }
}

/// What matching and reasons need of a row, beside its id.
const COLUMNS: &str = "owner_id, department_id, name_key, contact_key, phones, sound, words, number, name, type,
    credit_code, email, region_code, industry, source, level, status, cooperation_products, first_cooperation_date,
    cumulative_amount, flags, last_contact_time, next_contact_time, tag_ids, create_time, update_time";
/// More departments than this are not gone through one by one.
const MOST_PARTS: usize = 16;

/// The arms of a scope.
fn arms(scope: &Scope) -> impl Iterator<Item = Arm> {
    iter::once(Arm::Scope).chain(scope.shared_with().map(Arm::Shared))
}

fn push_scope(scope: &Scope, sql: &mut Sql) {
    // Only equality with one value walks an index in its order.
    match (scope.departments(), scope.owner()) {
        (Some(departments), Some(owner)) => {
            sql.push(" and (department_id = any(").bind(departments.to_vec()).push(") or owner_id = ");
            sql.bind(owner).push(")");
        }
        (Some([only]), None) => drop(sql.push(" and department_id = ").bind(*only)),
        (Some(departments), None) => {
            sql.push(" and department_id = any(").bind(departments.to_vec()).push(")");
        }
        (None, Some(owner)) => drop(sql.push(" and owner_id = ").bind(owner)),
        (None, None) => {}
    }
}

/// Which rows are put in order.
#[derive(Clone, Copy, Debug)]
enum Rows {
    /// Of the table, by its columns.
    Searched,
    /// Selected by the arms, by what these show.
    Selected,
}

/// The order of a band, and how much of it.
fn push_end(rows: Rows, band: Band, limit: i64, sql: &mut Sql) {
    sql.push(" order by ");
    match band {
        Band::Sorted(sorting) => {
            match rows {
                Rows::Searched => sql.push(sorting.column),
                Rows::Selected => sql.push("value").push(sorting.cast),
            };
            let direction = if sorting.descending { " desc" } else { "" };
            sql.push(direction).push(", customer_id").push(direction);
        }
        _ => drop(sql.push("customer_id desc")),
    }
    sql.push(" limit ").bind(limit);
}
