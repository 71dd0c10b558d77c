//! One page of an answer.

use std::collections::HashMap;

use cims_proto::customer::v1::{
    SearchCustomersRequest, SearchCustomersResponse, search_customers_response::Result as Found,
};
use kit::{Call, Failure, database::Pool, page::Page, schema::Visibility};
use uuid::Uuid;

use super::{
    Question,
    store::{self, Rank, Row},
};
use crate::customer::{Customer, store::find_all};

/// The customers found within the call's scope. `pool` plans each execution for its own words.
///
/// # Errors
/// When the page's token is none, or the database refuses.
pub async fn answer(
    pool: &Pool,
    call: &Call,
    request: &SearchCustomersRequest,
) -> Result<SearchCustomersResponse, Failure> {
    let phones_are_clear = call.field_rules().is_none_or(|rules| rules.visibility("phone") == Visibility::Clear);
    let query = (&call.scope, &request.query, phones_are_clear);
    let page: Page<(Rank, Uuid)> = Page::parse(request.page_size, &request.page_token, &query)?;
    let Some(question) = Question::parse(&request.query, &call.scope, phones_are_clear) else {
        return Ok(SearchCustomersResponse::default());
    };
    let mut rows = store::by_beginning(pool, &question, page.after, page.limit()).await?;
    // Only once all that begin so are on this page or before, and so few, are the others asked for: to pass over many
    // of them would take long.
    let missing = page.limit() - i64::try_from(rows.len()).unwrap_or(i64::MAX);
    if missing > 0 {
        rows.extend(store::others(pool, &question, page.after, missing).await?);
    }
    let next_page_token = page.finish(&mut rows, |row| (row.rank, row.customer_id));
    let ids: Vec<Uuid> = rows.iter().map(|row| row.customer_id).collect();
    let customers = if ids.is_empty() { Vec::new() } else { find_all(pool, &ids).await? };
    Ok(SearchCustomersResponse { results: results(rows, customers), next_page_token, ..Default::default() })
}

/// The customers in the order of the rows; one that went to the bin meanwhile is left out.
fn results(rows: Vec<Row>, customers: Vec<Customer>) -> Vec<Found> {
    let mut customers: HashMap<Uuid, Customer> =
        customers.into_iter().map(|customer| (customer.id, customer)).collect();
    let result = |row: Row| {
        let customer = customers.remove(&row.customer_id)?.into_proto();
        let fields = [(row.by_name, "name"), (row.by_contact, "contacts.name"), (row.by_phone, "phones")];
        let reasons = fields.into_iter().filter(|(matched, _)| *matched).map(|(_, field)| field.to_owned()).collect();
        Some(Found { customer: Some(customer), reasons })
    };
    rows.into_iter().filter_map(result).collect()
}
