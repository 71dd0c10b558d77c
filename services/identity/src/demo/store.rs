//! The statements that put demo people there.

use kit::{Failure, clock::Clock};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Person;
use crate::user::sound;

/// The id of the department, which is created when it is not there.
pub async fn put_department(
    connection: &mut PgConnection,
    clock: &Clock,
    parent_id: Option<Uuid>,
    name: &str,
) -> Result<Uuid, Failure> {
    // The update changes nothing; it makes the row that was there come back.
    let id = sqlx::query_scalar!(
        "insert into department (id, parent_id, name, version, create_time, update_time)
        values ($1, $2, $3, 1, $4, $4)
        on conflict (parent_id, name) where retire_time is null do update set name = excluded.name
        returning id",
        clock.id(),
        parent_id,
        name,
        clock.now(),
    );
    Ok(id.fetch_one(connection).await?)
}

/// Creates the person, or replaces their password.
pub async fn put_person(
    connection: &mut PgConnection,
    clock: &Clock,
    person: &Person,
    password_hash: &str,
) -> Result<(), Failure> {
    let put = sqlx::query!(
        "with put as (
            insert into app_user (id, username, display_name, department_id, password_hash, disabled, version, create_time,
                update_time, sound)
            select $1, $2, $3, department.id, $5, false, 1, $7, $7, $8
            from department where department.name = $4 and retire_time is null
            on conflict (lower(username)) do update set password_hash = excluded.password_hash
            returning id
        ), role as (
            insert into user_role (user_id, role) select id, $6 from put on conflict do nothing
        )
        select id from put",
        clock.id(),
        person.username,
        person.display_name,
        person.department,
        password_hash,
        person.role,
        clock.now(),
        sound::of(person.display_name),
    );
    put.fetch_one(connection).await?;
    Ok(())
}
