//! Lists of contact records, latest first: of one customer, or of all within a scope; by method, author, time and a
//! fragment of what they say.

mod store;

use chrono::{DateTime, Utc};
use cims_proto::interaction::v1::{ListInteractionsRequest, ListInteractionsResponse, interaction::Method};
use directory::resolve_one;
use kit::{Call, Failure, Scope, call::parse_id, client::Channel, clock::time, database::Pool, page::Page};
use uuid::Uuid;

use super::Interaction;

/// Counted to here where not told exactly.
const ESTIMATE: i64 = 1_000;

/// The field rules of the texts in which a fragment is looked for, in the order of the statement.
const TEXTS: [&str; 4] =
    ["interaction.subject", "interaction.summary", "interaction.participants", "interaction.nextContactPlan"];

/// Latest first: the keyset of a list.
type Key = (DateTime<Utc>, Uuid);

/// Whose records a list shows.
#[derive(Clone, Copy, Debug)]
enum Reach<'a> {
    /// Of one customer, which the caller may see.
    Customer(Uuid),
    /// Of every customer of the scope that is not in the bin.
    Scope(&'a Scope),
}

impl Reach<'_> {
    fn customer(&self) -> Option<Uuid> {
        match self {
            Reach::Customer(id) => Some(*id),
            Reach::Scope(_) => None,
        }
    }

    fn scope(&self) -> Option<&Scope> {
        match self {
            Reach::Customer(_) => None,
            Reach::Scope(scope) => Some(scope),
        }
    }
}

/// What a list holds.
#[derive(Debug)]
struct Question<'a> {
    reach: Reach<'a>,
    /// The proto's name: "PHONE".
    method: Option<&'static str>,
    author_id: Option<Uuid>,
    /// Across customers: of this person's alone.
    owner: Option<Uuid>,
    fragment: Option<&'a str>,
    /// Which of [`TEXTS`] the fragment is looked for in: those that the reader sees.
    seen: [bool; TEXTS.len()],
    from: Option<DateTime<Utc>>,
    /// Before this time.
    to: Option<DateTime<Utc>>,
    /// The moment at which shares hold.
    now: DateTime<Utc>,
}

impl<'a> Question<'a> {
    fn parse(
        call: &Call,
        request: &'a ListInteractionsRequest,
        reach: Reach<'a>,
        now: DateTime<Utc>,
    ) -> Result<Question<'a>, Failure> {
        let method = Some(request.method()).filter(|method| *method != Method::Unspecified);
        let moment = |moment: &Option<prost_types::Timestamp>| moment.as_ref().and_then(time::from_proto);
        Ok(Question {
            reach,
            method: method.map(|method| method.as_str_name()),
            author_id: id("/authorId", &request.author_id)?,
            owner: owner(call, request)?,
            fragment: Some(request.query.trim()).filter(|fragment| !fragment.is_empty()),
            seen: TEXTS.map(|name| call.field_rules().is_none_or(|rules| rules.visibility(name).is_seen())),
            from: moment(&request.from_time),
            to: moment(&request.to_time),
            now,
        })
    }

    /// What the first row comes before.
    fn start(&self) -> (Option<DateTime<Utc>>, Uuid) {
        self.to.map_or((None, Uuid::max()), |to| (Some(to), Uuid::nil()))
    }
}

/// One page. `pool` plans each execution for its own values: a rare word and a common one want different plans.
///
/// # Errors
/// When the page's token is none, or the database refuses.
pub async fn answer(
    pool: &Pool,
    customers: Channel,
    call: &Call,
    request: &ListInteractionsRequest,
    now: DateTime<Utc>,
) -> Result<ListInteractionsResponse, Failure> {
    let asked =
        ListInteractionsRequest { page_size: 0, page_token: String::new(), total: String::new(), ..request.clone() };
    let page: Page<Key> = Page::parse(request.page_size, &request.page_token, &(format!("{asked:?}"), &call.scope))?;
    let own = owner(call, request)?.map(|owner| call.scope.own(owner));
    let reach = match id("/customerId", &request.customer_id)? {
        None => Reach::Scope(own.as_ref().unwrap_or(&call.scope)),
        Some(id) => {
            resolve_one(pool, customers, id, &call.scope, now).await?;
            Reach::Customer(id)
        }
    };
    // Who asks for one customer's was judged by its owner.
    let may_be_stale = reach.scope().is_some() && directory::lags(pool).await?;
    let question = Question::parse(call, request, reach, now)?;
    let mut rows = store::list(pool, &question, &page).await?;
    let next_page_token = page.finish(&mut rows, |row| (row.occur_time, row.id));
    let (total_size, total_is_capped) = total(pool, &question, &request.total).await?;
    let interactions = rows.iter().map(Interaction::to_proto).collect();
    Ok(ListInteractionsResponse { interactions, next_page_token, total_size, total_is_capped, may_be_stale })
}

/// How many there are, and whether there are more than that. Across customers there may be millions, which nobody waits
/// for: exact is the total of one customer alone.
async fn total(pool: &Pool, question: &Question<'_>, total: &str) -> Result<(Option<i32>, bool), Failure> {
    let limit = match (total, question.reach) {
        ("exact", Reach::Customer(_)) => i64::from(i32::MAX),
        ("exact" | "estimated", _) => ESTIMATE,
        _ => return Ok((None, false)),
    };
    let count = store::count(pool, question, limit + 1).await?;
    Ok((Some(i32::try_from(count.min(limit)).unwrap_or(i32::MAX)), count > limit))
}

/// Whose customers alone are asked for: the caller's own.
fn owner(call: &Call, request: &ListInteractionsRequest) -> Result<Option<Uuid>, Failure> {
    if request.own { Ok(Some(call.user()?.user_id)) } else { Ok(None) }
}

fn id(pointer: &str, text: &str) -> Result<Option<Uuid>, Failure> {
    if text.is_empty() { Ok(None) } else { parse_id(pointer, text).map(Some) }
}
