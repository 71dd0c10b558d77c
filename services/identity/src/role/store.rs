//! The statements of roles.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use cims_proto::identity::v1::{self as proto, field_rule::Rule, grant::Scope};
use kit::{
    Failure,
    database::{Pool, wrote_one},
};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgExecutor, types::Json};
use uuid::Uuid;

use super::{
    Role, Times, Visibility, builtin,
    catalogue::{self, Scopes},
    grants,
};

/// A grant as its role's row holds it.
#[derive(Debug, Deserialize, Serialize)]
struct StoredGrant {
    operation: String,
    scope: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    department_ids: Vec<String>,
}

impl StoredGrant {
    /// Of what no share gives, own and shared is own: a role may have been written before that was told apart.
    fn scope(&self) -> Scope {
        let scope = Scope::from_str_name(&self.scope).unwrap_or_default();
        let is_shareable = catalogue::scopes(&self.operation) == Some(Scopes::Shared);
        if scope == Scope::OwnAndShared && !is_shareable { Scope::Own } else { scope }
    }
}

/// A field rule as its role's row holds it.
#[derive(Debug, Deserialize, Serialize)]
struct StoredRule {
    field: String,
    rule: String,
}

struct Row {
    id: Uuid,
    code: String,
    label_zh: String,
    label_en: String,
    description: String,
    grants: Json<Vec<StoredGrant>>,
    field_rules: Json<Vec<StoredRule>>,
    version: i64,
    create_time: DateTime<Utc>,
    update_time: DateTime<Utc>,
}

impl Row {
    /// What an older version does not know of a newer one's role it leaves out: it grants less then, never more.
    fn role(self) -> Result<Role, Failure> {
        let granted = self.grants.0.into_iter().map(|grant| proto::Grant {
            scope: grant.scope().into(),
            operation: grant.operation,
            department_ids: grant.department_ids,
            ..Default::default()
        });
        let fields = self
            .field_rules
            .0
            .into_iter()
            .filter_map(|rule| Some((rule.field, Visibility::of(Rule::from_str_name(&rule.rule)?)?)));
        Ok(Role {
            id: Some(self.id),
            code: self.code,
            label_zh: self.label_zh,
            label_en: self.label_en,
            description: self.description,
            grants: grants(&granted.collect::<Vec<_>>())?,
            fields: fields.collect(),
            version: self.version,
            times: Some(Times { create: self.create_time, update: self.update_time }),
        })
    }
}

/// Selects custom roles: the one place that names what is read of them. The first argument goes on from `from role`.
macro_rules! select {
    ($rest:tt, $($argument:expr),*) => {
        sqlx::query_as!(
            Row,
            r#"select id, code, label_zh, label_en, description, grants as "grants: Json<Vec<StoredGrant>>",
                field_rules as "field_rules: Json<Vec<StoredRule>>", version, create_time, update_time
            from role "# + $rest,
            $($argument),*
        )
    };
}

/// The custom roles, by name.
pub async fn list(executor: impl PgExecutor<'_>) -> Result<Vec<Arc<Role>>, Failure> {
    let rows = select!(r#"order by label_zh collate "zh-Hans-x-icu", code"#,).fetch_all(executor).await?;
    rows.into_iter().map(|row| row.role().map(Arc::new)).collect()
}

/// The roles of these codes, built-in and custom; an unknown code is none.
pub async fn of(executor: impl PgExecutor<'_>, codes: &[String]) -> Result<Vec<Arc<Role>>, Failure> {
    let mut roles: Vec<Arc<Role>> = builtin().iter().filter(|role| codes.contains(&role.code)).cloned().collect();
    if roles.len() < codes.len() {
        for row in select!("where code = any($1)", codes).fetch_all(executor).await? {
            roles.push(Arc::new(row.role()?));
        }
    }
    Ok(roles)
}

/// The custom role of a code, locked.
///
/// # Errors
/// `State` of a built-in one, `NotFound` when there is none.
pub async fn lock(connection: &mut PgConnection, code: &str) -> Result<Role, Failure> {
    if builtin().iter().any(|role| role.code == code) {
        return Err(Failure::state("ROLE_BUILT_IN"));
    }
    let row = select!("where code = $1 for update", code).fetch_optional(connection).await?;
    row.ok_or(Failure::NotFound)?.role()
}

pub async fn count(connection: &mut PgConnection) -> Result<i64, Failure> {
    let count = sqlx::query_scalar!(r#"select count(*) as "count!" from role"#);
    Ok(count.fetch_one(connection).await?)
}

/// How many people have each role and are not disabled; those that nobody has are absent.
pub async fn holders(pool: &Pool) -> Result<HashMap<String, i64>, Failure> {
    let counts = sqlx::query!(
        r#"select role, count(*) as "count!" from user_role join app_user on app_user.id = user_role.user_id
        where not app_user.disabled group by role"#,
    );
    Ok(counts.fetch_all(pool).await?.into_iter().map(|row| (row.role, row.count)).collect())
}

/// Whether anybody who is not disabled has one of these roles.
pub async fn is_held(connection: &mut PgConnection, roles: &[String]) -> Result<bool, Failure> {
    let held = sqlx::query_scalar!(
        r#"select exists (
            select from app_user join user_role on user_role.user_id = app_user.id
            where not app_user.disabled and user_role.role = any($1)
        ) as "held!""#,
        roles,
    );
    Ok(held.fetch_one(connection).await?)
}

/// # Errors
/// When the database refuses: see [`is_taken`].
pub async fn insert(connection: &mut PgConnection, role: &Role) -> Result<(), Failure> {
    let (granted, rules) = stored(role);
    sqlx::query!(
        "insert into role (id, code, label_zh, label_en, description, grants, field_rules, version, create_time,
            update_time)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        role.id,
        role.code,
        role.label_zh,
        role.label_en,
        role.description,
        granted as _,
        rules as _,
        role.version,
        role.times.map(|times| times.create),
        role.times.map(|times| times.update),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes the role, whose version is the next one.
///
/// # Errors
/// When the database refuses (see [`is_taken`]), or another version stands there: a write without the lock.
pub async fn update(connection: &mut PgConnection, role: &Role) -> Result<(), Failure> {
    let (granted, rules) = stored(role);
    let updated = sqlx::query!(
        "update role set label_zh = $3, label_en = $4, description = $5, grants = $6, field_rules = $7, version = $2,
            update_time = $8
        where id = $1 and version = $2::bigint - 1",
        role.id,
        role.version,
        role.label_zh,
        role.label_en,
        role.description,
        granted as _,
        rules as _,
        role.times.map(|times| times.update),
    )
    .execute(connection)
    .await?;
    wrote_one(updated.rows_affected(), "role", role.id.unwrap_or_default())
}

pub async fn delete(connection: &mut PgConnection, role: &Role) -> Result<(), Failure> {
    let deleted = sqlx::query!("delete from role where id = $1 and version = $2", role.id, role.version);
    wrote_one(deleted.execute(connection).await?.rows_affected(), "role", role.id.unwrap_or_default())
}

fn stored(role: &Role) -> (Json<Vec<StoredGrant>>, Json<Vec<StoredRule>>) {
    let grants = role.grants.iter().map(|(operation, reach)| StoredGrant {
        operation: operation.clone(),
        scope: reach.scope().as_str_name().to_owned(),
        department_ids: reach.chosen().map(|id| id.to_string()).collect(),
    });
    let rules = role.fields.iter().map(|(field, visibility)| StoredRule {
        field: field.clone(),
        rule: visibility.rule().as_str_name().to_owned(),
    });
    (Json(grants.collect()), Json(rules.collect()))
}

/// Whether a write failed because another role has the name.
pub fn is_taken(failure: &Failure) -> bool {
    failure.violates("role_label_zh_unique")
}
