//! One page of an answer.

use std::collections::HashMap;

use cims_proto::{
    customer::v1::{
        ListCustomersRequest, ListCustomersResponse, SearchCustomersRequest, SearchCustomersResponse,
        search_customers_response::Result as Found,
    },
    resource::v1::ShareEffect,
};
use kit::{Call, Failure, Scope, page::Page, share};
use prost::Message;
use uuid::Uuid;

use super::{
    Asked, Searcher,
    choice::Choice,
    order::Sorting,
    statement::{Access, Band, Found as Row, Place, Question},
    text::REASONS,
};
use crate::customer::{Customer, access::UPDATE, store::find_all};

/// The filter that lists the bin.
const DELETED: &str = "deleted";
/// "estimated" counts no further: over common words an exact count takes long, and nobody needs it.
const COUNT_LIMIT: i64 = 1_000;

/// What a page tells beside its rows.
struct Answer {
    rows: Vec<(Row, Customer)>,
    next_page_token: String,
    total_size: Option<i32>,
    total_is_capped: bool,
}

impl Searcher {
    /// Customers by a filter and in an order.
    ///
    /// # Errors
    /// When the request does not fit, or the database refuses.
    pub async fn list(&self, call: &Call, request: &ListCustomersRequest) -> Result<ListCustomersResponse, Failure> {
        let binned = request.filter.trim() == DELETED;
        let scope = if binned { call.scope_of("customer.read-bin")? } else { call.scope.clone() };
        let reader = self.reader(call, &request.time_zone)?;
        let filter = if binned { "" } else { request.filter.as_str() };
        let asked = Asked { reader, query: "", binned, secrets: None };
        let question = asked.filtered(filter)?;
        let sorting = asked.sorting(&request.order_by)?;
        let query = (&scope, &request.filter, &request.order_by, &request.time_zone);
        let page = Page::parse(request.page_size, &request.page_token, &query)?;
        let may_be_stale = self.lag.is_there();
        let answer = self.answer(&question, &scope, sorting, &page, &request.total).await?;
        Ok(ListCustomersResponse {
            may_be_stale,
            shared_to_write: self.shared_to_write(call, &answer.rows).await?,
            customers: answer.rows.into_iter().map(|(_, customer)| customer.into_proto()).collect(),
            next_page_token: answer.next_page_token,
            total_size: answer.total_size,
            total_is_capped: answer.total_is_capped,
        })
    }

    /// Customers by what was typed and by conditions, with the reasons why they were found.
    ///
    /// # Errors
    /// When the request does not fit, or the database refuses.
    pub async fn search(
        &self,
        call: &Call,
        request: &SearchCustomersRequest,
    ) -> Result<SearchCustomersResponse, Failure> {
        let (reader, secrets) = (self.reader(call, &request.time_zone)?, Some(&self.secrets));
        let asked = Asked { reader, query: &request.query, binned: false, secrets };
        let condition = request.r#where.clone().unwrap_or_default();
        let sorting = asked.sorting(&request.order_by)?;
        let sight = asked.sight();
        let written = condition.encode_to_vec();
        let query = (&call.scope, &request.query, written, &request.order_by, &request.time_zone, format!("{sight:?}"));
        let page = Page::parse(request.page_size, &request.page_token, &query)?;
        let Some(question) = asked.conditioned(&condition)? else {
            // Nothing can be seen in the text, so nothing is found.
            let total_size = (!matches!(request.total.as_str(), "" | "none")).then_some(0);
            return Ok(SearchCustomersResponse { total_size, ..Default::default() });
        };
        let may_be_stale = self.lag.is_there();
        let answer = self.answer(&question, &call.scope, sorting, &page, &request.total).await?;
        let shared_to_write = self.shared_to_write(call, &answer.rows).await?;
        let result = |(row, customer): (Row, Customer)| {
            let reasons = row.reasons.unwrap_or_default().into_iter().zip(REASONS);
            let reasons = reasons.filter(|(is_reason, _)| *is_reason).map(|(_, field)| field.to_owned()).collect();
            Found { customer: Some(customer.into_proto()), reasons }
        };
        Ok(SearchCustomersResponse {
            results: answer.rows.into_iter().map(result).collect(),
            next_page_token: answer.next_page_token,
            total_size: answer.total_size,
            total_is_capped: answer.total_is_capped,
            shared_to_write,
            may_be_stale,
        })
    }

    /// Those of the rows that the caller may change by a share alone. Who sees only what is their own asks for nothing.
    async fn shared_to_write(&self, call: &Call, rows: &[(Row, Customer)]) -> Result<Vec<String>, Failure> {
        let Ok(scope) = call.scope_of(UPDATE) else { return Ok(Vec::new()) };
        let Some(person) = scope.shared_with() else { return Ok(Vec::new()) };
        let is_others = |customer: &&Customer| {
            !customer.is_binned() && !scope.contains(customer.owner_id, customer.department_id, false)
        };
        let others: Vec<Uuid> =
            rows.iter().map(|(_, customer)| customer).filter(is_others).map(|customer| customer.id).collect();
        if others.is_empty() {
            return Ok(Vec::new());
        }
        let (shares, now) = (share::of(&self.pools.reading, &others, person).await?, self.clock.now());
        let written = shares.iter().filter(|share| share.effect(true, now) == ShareEffect::Given);
        Ok(written.map(|share| share.record_id.to_string()).collect())
    }

    async fn answer(
        &self,
        question: &Question,
        scope: &Scope,
        sorting: Option<Sorting>,
        page: &Page<Place>,
        total: &str,
    ) -> Result<Answer, Failure> {
        let scope = &self.narrowed(question, scope).await?;
        let mut rows = self.rows(question, scope, &question.bands(sorting), page).await?;
        let place = |row: &Row| Place { band: row.band(), value: row.value.clone(), id: row.customer_id };
        let next_page_token = page.finish(&mut rows, place);
        let (total_size, total_is_capped) = self.total(question, scope, total).await?;
        let rows = self.whole(rows, question.binned).await?;
        Ok(Answer { rows, next_page_token, total_size, total_is_capped })
    }

    /// The rows of a page, and the one behind it.
    async fn rows(
        &self,
        question: &Question,
        scope: &Scope,
        bands: &[Band],
        page: &Page<Place>,
    ) -> Result<Vec<Row>, Failure> {
        let frequencies = &self.statistics.now();
        let within = frequencies.words_within(scope);
        let choice = Choice { question, bands, scope, within: within.as_deref(), frequencies, page };
        let (mut rows, mut progress) = (Vec::new(), choice.begin());
        loop {
            let missing = page.limit() - i64::try_from(rows.len()).unwrap_or(i64::MAX);
            let parts = choice.parts(progress, missing);
            let Some(first) = parts.first().filter(|_| missing > 0) else { return Ok(rows) };
            let pool = match &first.access {
                Access::Planned => &self.pools.planning,
                Access::Newest(_) | Access::LookedUp(_) => &self.pools.planned,
            };
            let mut sql = question.page(&parts, missing)?;
            let mut found: Vec<Row> = sql.0.build_query_as().fetch_all(pool).await?;
            progress = choice.advance(progress, &parts, &mut found, missing);
            rows.append(&mut found);
        }
    }

    /// The scope without what is shared where nothing is: that is asked once, for else each statement would ask for it.
    async fn narrowed(&self, question: &Question, scope: &Scope) -> Result<Scope, Failure> {
        let given = match scope.shared_with() {
            Some(person) => share::any_with(&self.pools.reading, person, question.now).await?,
            None => false,
        };
        Ok(if given { scope.clone() } else { scope.unshared() })
    }

    async fn total(&self, question: &Question, scope: &Scope, total: &str) -> Result<(Option<i32>, bool), Failure> {
        let limit = match total {
            "estimated" => Some(COUNT_LIMIT + 1),
            "exact" => None,
            _ => return Ok((None, false)),
        };
        let count: i64 = question.count(scope, limit)?.0.build_query_scalar().fetch_one(&self.pools.planning).await?;
        let is_capped = limit == Some(count);
        let count = if is_capped { COUNT_LIMIT } else { count };
        Ok((Some(i32::try_from(count).unwrap_or(i32::MAX)), is_capped))
    }

    /// The customers in the order of the rows; one that went to the bin or came out of it meanwhile is left out.
    async fn whole(&self, rows: Vec<Row>, binned: bool) -> Result<Vec<(Row, Customer)>, Failure> {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.customer_id).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let customers =
            find_all(&self.pools.reading, &ids).await?.into_iter().filter(|customer| customer.is_binned() == binned);
        let mut customers: HashMap<Uuid, Customer> = customers.map(|customer| (customer.id, customer)).collect();
        let whole = |row: Row| customers.remove(&row.customer_id).map(|customer| (row, customer));
        Ok(rows.into_iter().filter_map(whole).collect())
    }
}
