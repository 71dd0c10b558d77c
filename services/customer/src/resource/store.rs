//! The statements that say whose a record is.

use kit::{Failure, database::Pool};
use uuid::Uuid;

/// Whose a record is: of what hangs on a customer, whose the customer is.
#[derive(Debug)]
pub struct Place {
    /// The customer that it is or hangs on, which may be shared.
    pub customer_id: Option<Uuid>,
    pub owner_id: Option<Uuid>,
    pub department_id: Option<Uuid>,
    pub deleted: bool,
}

pub async fn customer(pool: &Pool, id: Uuid) -> Result<Option<Place>, Failure> {
    let place = sqlx::query_as!(
        Place,
        r#"select id as "customer_id?", owner_id, department_id, delete_time is not null as "deleted!"
        from customer where id = $1"#,
        id,
    );
    Ok(place.fetch_optional(pool).await?)
}

pub async fn contact(pool: &Pool, id: Uuid) -> Result<Option<Place>, Failure> {
    let place = sqlx::query_as!(
        Place,
        r#"select id as "customer_id?", owner_id, department_id, delete_time is not null as "deleted!"
        from customer where id = (select customer_id from contact where id = $1)"#,
        id,
    );
    Ok(place.fetch_optional(pool).await?)
}

/// An import is its author's.
pub async fn import(pool: &Pool, id: Uuid) -> Result<Option<Place>, Failure> {
    let place = sqlx::query_as!(
        Place,
        r#"select null::uuid as customer_id, author_id as "owner_id?", department_id, false as "deleted!" from import where id = $1"#,
        id,
    );
    Ok(place.fetch_optional(pool).await?)
}
