//! SQL of handovers. Which rule fits a customer is said here alone, so that what a preview counts is what goes.

use kit::{Failure, Scope, database::Pool};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Fit, Plan};

/// The rules as columns of one table.
struct Columns {
    regions: Vec<String>,
    levels: Vec<String>,
    receivers: Vec<i64>,
}

impl Columns {
    fn of(plan: &Plan) -> Columns {
        Columns {
            regions: plan.rules.iter().map(|rule| rule.region.clone()).collect(),
            levels: plan.rules.iter().map(|rule| rule.level.clone()).collect(),
            receivers: plan.rules.iter().map(|rule| rule.receivers.len() as i64).collect(),
        }
    }
}

/// A fit as the database answers it.
struct Row {
    customer_id: Uuid,
    rule: i64,
    share: i64,
}

impl Row {
    fn fit(&self) -> Result<Fit, Failure> {
        let number = |value: i64| usize::try_from(value).map_err(Failure::internal);
        Ok(Fit { rule: number(self.rule)?, share: number(self.share)? })
    }
}

/// Asks search rows `s` with the rule that fits each, `fit.position`, and `fit.share`; `$1` to `$3` are the rules. The last
/// eight digits of an id are random, so several receivers get about as many each, and each customer always falls to the
/// same one.
macro_rules! fitting {
    ($type:ident, $before:tt, $join:tt, $after:tt, $columns:ident, $($argument:expr),*) => {
        sqlx::query_as!(
            $type,
            $before + " from search s " + $join + r#" join lateral (
                select rule.position, mod(('x' || right(s.customer_id::text, 8))::bit(32)::bigint, rule.receivers) as share
                from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality
                    rule (region, level, receivers, position)
                where starts_with(s.region_code, rule.region) and (rule.level = '' or s.level = rule.level)
                order by rule.position limit 1
            ) fit on true where not s.deleted and "# + $after,
            &$columns.regions,
            &$columns.levels,
            &$columns.receivers,
            $($argument),*
        )
    };
}

/// So many customers have this fit.
#[derive(Debug)]
pub(super) struct Count {
    pub rule: i64,
    pub share: i64,
    pub count: i64,
}

impl Count {
    pub fn fit(&self) -> Result<Fit, Failure> {
        Row { customer_id: Uuid::nil(), rule: self.rule, share: self.share }.fit()
    }
}

pub(super) async fn count(pool: &Pool, plan: &Plan, scope: &Scope) -> Result<Vec<Count>, Failure> {
    let columns = Columns::of(plan);
    let counts = fitting!(
        Count,
        r#"select coalesce(fit.position, 0) as "rule!", coalesce(fit.share, 0) as "share!", count(*) as "count!""#,
        "left",
        "s.owner_id = $4 and in_scope($5, $6, s.department_id, s.owner_id) group by 1, 2 order by 1, 2",
        columns,
        plan.owner_id,
        scope.departments() as _,
        scope.owner()
    );
    Ok(counts.fetch_all(pool).await?)
}

/// The customers that some rule fits, behind the one of an id.
pub(super) async fn choose(
    pool: &Pool,
    plan: &Plan,
    scope: &Scope,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Uuid>, Failure> {
    let columns = Columns::of(plan);
    let rows = fitting!(
        Row,
        r#"select s.customer_id, fit.position as "rule!", fit.share as "share!""#,
        "inner",
        "s.owner_id = $4 and in_scope($5, $6, s.department_id, s.owner_id) and s.customer_id > $7
        order by s.customer_id limit $8",
        columns,
        plan.owner_id,
        scope.departments() as _,
        scope.owner(),
        after.unwrap_or(Uuid::nil()),
        limit
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(|row| row.customer_id).collect())
}

/// Of these customers, which the caller has locked, those that are still the person's and that some rule fits.
pub(super) async fn fits(
    connection: &mut PgConnection,
    plan: &Plan,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, Fit)>, Failure> {
    let columns = Columns::of(plan);
    let rows = fitting!(
        Row,
        r#"select s.customer_id, fit.position as "rule!", fit.share as "share!""#,
        "inner",
        "s.customer_id = any($5) and s.owner_id = $4",
        columns,
        plan.owner_id,
        ids
    );
    rows.fetch_all(connection).await?.iter().map(|row| Ok((row.customer_id, row.fit()?))).collect()
}
