//! Follow-ups: the plan that the latest contact record of each customer leaves, by when it is due.

pub mod rpc;
pub mod store;

use chrono::{DateTime, Datelike, Days, Utc};
use chrono_tz::Tz;
use cims_proto::interaction::v1::{
    self as proto, ListFollowUpsRequest, ListFollowUpsResponse, interaction, list_follow_ups_request::Due,
};
use directory::Entry;
use kit::{Call, Failure, clock::time, database::Pool, page::Page, zone};
use uuid::Uuid;

use crate::interaction::Interaction;

/// A contact that somebody planned.
#[derive(Debug)]
pub struct FollowUp {
    pub customer_id: Uuid,
    /// The record that planned it.
    pub interaction_id: Option<Uuid>,
    pub due_time: DateTime<Utc>,
    pub plan: String,
    /// The proto's name: "NORMAL".
    pub priority: String,
    pub owner_id: Option<Uuid>,
}

impl FollowUp {
    /// What a record of a customer plans; none when it plans nothing.
    fn of(record: &Interaction, customer: &Entry) -> Option<FollowUp> {
        Some(FollowUp {
            customer_id: record.customer_id,
            interaction_id: Some(record.id),
            due_time: record.next_contact_time?,
            plan: record.next_contact_plan.clone(),
            priority: record.priority.clone(),
            owner_id: customer.owner_id,
        })
    }

    fn into_proto(self) -> proto::FollowUp {
        let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        proto::FollowUp {
            customer_id: self.customer_id.to_string(),
            interaction_id: id(self.interaction_id),
            due_time: Some(time::to_proto(self.due_time)),
            plan: self.plan,
            priority: interaction::Priority::from_str_name(&self.priority).unwrap_or_default().into(),
            owner_id: id(self.owner_id),
        }
    }
}

/// The times that a list asks for: from `from`, which none leaves open, to before `to`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Window {
    pub from: Option<DateTime<Utc>>,
    pub to: DateTime<Utc>,
}

impl Window {
    /// Overdue is what was due before today began. Today is the whole day, hours gone by included, and the week goes
    /// from today to the end of its Sunday: neither holds what is overdue.
    pub fn of(due: Due, now: DateTime<Utc>, zone: Tz) -> Window {
        let today = zone::day_of(now, zone);
        let next_monday = today + Days::new(u64::from(7 - today.weekday().num_days_from_monday()));
        let start = zone::start_of_day(today, zone);
        match due {
            Due::Overdue => Window { from: None, to: start },
            Due::Today => Window { from: Some(start), to: zone::start_of_day(today + Days::new(1), zone) },
            Due::Week | Due::Unspecified => Window { from: Some(start), to: zone::start_of_day(next_monday, zone) },
        }
    }
}

/// One page of the follow-ups within the caller's reach, or of the caller's own customers, what is due first coming first.
///
/// # Errors
/// When the zone or the page's token is none, or the database refuses.
pub async fn list(
    pool: &Pool,
    call: &Call,
    request: &ListFollowUpsRequest,
    now: DateTime<Utc>,
) -> Result<ListFollowUpsResponse, Failure> {
    let zone = zone::parse("/timeZone", &request.time_zone)?;
    let owner = if request.own { Some(call.user()?.user_id) } else { None };
    let scope = owner.map_or_else(|| call.scope.clone(), |owner| call.scope.own(owner));
    let page = Page::parse(request.page_size, &request.page_token, &(request.due, zone.name(), &scope, owner))?;
    let may_be_stale = directory::lags(pool).await?;
    let window = Window::of(request.due(), now, zone);
    let mut rows = store::list(pool, (&scope, owner), window, &page, now).await?;
    let next_page_token = page.finish(&mut rows, |row| (row.due_time, row.customer_id));
    let follow_ups = rows.into_iter().map(FollowUp::into_proto).collect();
    Ok(ListFollowUpsResponse { follow_ups, next_page_token, may_be_stale })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overdue_today_and_week_begin_and_end_where_the_reader_lives() {
        // A Saturday, 23:30 in London, is Sunday in Shanghai.
        let now = "2026-03-07T23:30:00Z".parse().expect("a time");
        let window = |due, zone| {
            let Window { from, to } = Window::of(due, now, zone);
            (from.map(|from| from.to_rfc3339()).unwrap_or_default(), to.to_rfc3339())
        };
        let (shanghai, london) = (zone::DEFAULT, Tz::Europe__London);
        let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        assert_eq!(window(Due::Overdue, shanghai), pair("", "2026-03-07T16:00:00+00:00"));
        assert_eq!(window(Due::Today, shanghai), pair("2026-03-07T16:00:00+00:00", "2026-03-08T16:00:00+00:00"));
        assert_eq!(
            window(Due::Week, shanghai),
            window(Due::Today, shanghai),
            "on a Sunday nothing else is left of the week"
        );
        assert_eq!(window(Due::Today, london), pair("2026-03-07T00:00:00+00:00", "2026-03-08T00:00:00+00:00"));
        assert_eq!(window(Due::Week, london), pair("2026-03-07T00:00:00+00:00", "2026-03-09T00:00:00+00:00"));
    }
}
