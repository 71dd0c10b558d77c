//! The statement that says whose a contact record is.

use kit::{Failure, database::Pool};
use uuid::Uuid;

/// Whose the customer is, and who wrote the record.
#[derive(Debug)]
pub struct Place {
    pub customer_id: Uuid,
    pub owner_id: Option<Uuid>,
    pub department_id: Option<Uuid>,
    pub customer_binned: bool,
    pub author_id: Option<Uuid>,
}

pub async fn interaction(pool: &Pool, id: Uuid) -> Result<Option<Place>, Failure> {
    let place = sqlx::query_as!(
        Place,
        "select customer_id, owner_id, department_id, customer_binned, author_id from interaction where id = $1",
        id,
    );
    Ok(place.fetch_optional(pool).await?)
}
