//! Contact records of the demo representatives, so that lists of what is due and the figures of a team have something in them.

use chrono::{DateTime, Duration, DurationRound, FixedOffset, Utc};
use cims_proto::{
    customer::v1::{ListCustomersRequest, customers_client::CustomersClient},
    interaction::v1::{
        CreateInteractionRequest, Interaction, ListInteractionsRequest, interaction::Method,
        interactions_client::InteractionsClient,
    },
};
use kit::{
    Failure,
    clock::{Clock, time},
};
use serde::Deserialize;

use super::Demo;
use crate::role::Role;

const RECORDS: &str = include_str!("contact-records.json");
/// Each of them has all the records, with customers of their own.
const AUTHORS: [&str; 3] = ["rep1", "rep2", "rep3"];

#[derive(Deserialize)]
struct Record {
    days_ago: i64,
    method: String,
    subject: String,
    summary: String,
    /// From now; negative when it is overdue.
    next_in_days: Option<i64>,
    #[serde(default)]
    plan: String,
}

impl Record {
    /// With one of the author's customers, at a time of the day at which people in China work.
    ///
    /// # Errors
    /// When there is no such method.
    fn of(self, customer_id: String, now: DateTime<Utc>) -> Result<Interaction, Failure> {
        let here = now.with_timezone(&china()?);
        let noon = here.duration_trunc(Duration::days(1)).map_err(Failure::internal)? + Duration::hours(12);
        let in_days = |days: i64| {
            let moment = noon + Duration::days(days) + Duration::minutes(17 * days % 180);
            time::to_proto(moment.to_utc())
        };
        let method = Method::from_str_name(&self.method).ok_or_else(|| Failure::internal(self.method))?;
        Ok(Interaction {
            customer_id,
            method: method.into(),
            subject: self.subject,
            summary: self.summary,
            occur_time: Some(in_days(-self.days_ago)),
            next_contact_time: self.next_in_days.map(in_days),
            next_contact_plan: self.plan,
            ..Interaction::default()
        })
    }
}

fn china() -> Result<FixedOffset, Failure> {
    FixedOffset::east_opt(8 * 3600).ok_or_else(|| Failure::internal("no such zone"))
}

/// Records them where the representative has none yet.
pub async fn record(demo: &Demo<'_>) -> Result<(), Failure> {
    for author in AUTHORS {
        let signed = demo.sign_in(author).await?;
        let mut interactions =
            InteractionsClient::with_interceptor(demo.channel(Role::Interaction).await?, signed.clone());
        let request = ListInteractionsRequest { page_size: 1, own: true, ..Default::default() };
        if !interactions.list_interactions(request).await?.into_inner().interactions.is_empty() {
            continue;
        }
        let mut customers = CustomersClient::with_interceptor(demo.channel(Role::Customer).await?, signed);
        let records: Vec<Record> = serde_json::from_str(RECORDS).map_err(Failure::internal)?;
        let page_size = i32::try_from(records.len()).map_err(Failure::internal)?;
        let request = ListCustomersRequest { page_size, ..Default::default() };
        let own = customers.list_customers(request).await?.into_inner().customers;
        for (record, customer) in records.into_iter().zip(own) {
            let interaction = Some(record.of(customer.id, Clock::system().now())?);
            interactions.create_interaction(CreateInteractionRequest { interaction }).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use kit::clock::Clock;

    use super::{RECORDS, Record};

    #[test]
    fn every_record_can_be_read() {
        let records: Vec<Record> = serde_json::from_str(RECORDS).expect("the file is sound");
        let now = Clock::system().now();
        for record in records {
            let interaction = record.of(String::new(), now).expect("its method is one");
            assert!(interaction.occur_time.is_some_and(|time| time.seconds < now.timestamp()), "contacts are past");
        }
    }
}
