//! The organisation: 40 departments below the demo root, each with one manager and four representatives, eight of them in
//! a region with a manager of its own. They have the demo people's password, so that the driver can sign in as them.

use anyhow::Result;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::data::{
    DEPARTMENTS, NEWCOMER, REGION, REGIONAL_MANAGER, REPRESENTATIVES, department_id, department_of, manager_id,
    manager_name, newcomer_id, region_id, regional_manager_id, representative_id, representative_name,
};

pub async fn put(connection: &mut PgConnection) -> Result<()> {
    let ids: Vec<Uuid> = (0..DEPARTMENTS).map(department_id).collect();
    let names: Vec<String> = (0..DEPARTMENTS).map(|department| format!("区域{:02}部", department + 1)).collect();
    sqlx::query(
        "with region as (
            insert into identity.department (id, parent_id, name, version, create_time, update_time)
            select $3, id, '华东大区', 1, now(), now() from identity.department where parent_id is null
            returning id, parent_id
        )
        insert into identity.department (id, parent_id, name, version, create_time, update_time)
        select own.id, case when own.place <= $4 then region.id else region.parent_id end, own.name, 1, now(), now()
        from unnest($1::uuid[], $2::text[]) with ordinality own (id, name, place) cross join region",
    )
    .bind(ids)
    .bind(names)
    .bind(region_id())
    .bind(REGION.cast_signed())
    .execute(&mut *connection)
    .await?;
    let managers = (0..DEPARTMENTS).map(|own| (manager_id(own), manager_name(own), own, "manager"));
    let representatives = (0..REPRESENTATIVES)
        .map(|own| (representative_id(own), representative_name(own), department_of(own), "representative"));
    for (id, username, department, role) in managers.chain(representatives) {
        put_person(connection, id, &username, department_id(department), role).await?;
    }
    put_person(connection, regional_manager_id(), REGIONAL_MANAGER, region_id(), "manager").await?;
    put_person(connection, newcomer_id(), NEWCOMER, department_id(0), "representative").await
}

async fn put_person(
    connection: &mut PgConnection,
    id: Uuid,
    username: &str,
    department_id: Uuid,
    role: &str,
) -> Result<()> {
    sqlx::query(
        "with put as (
            insert into identity.app_user (id, username, display_name, department_id, password_hash, disabled, version,
                create_time, update_time)
            select $1, $2, $2, $3, password_hash, false, 1, now(), now() from identity.app_user where username = 'admin'
            returning id
        )
        insert into identity.user_role (user_id, role) select id, $4 from put",
    )
    .bind(id)
    .bind(username)
    .bind(department_id)
    .bind(role)
    .execute(connection)
    .await?;
    Ok(())
}
