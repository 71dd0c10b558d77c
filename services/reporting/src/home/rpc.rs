//! Reports' RPCs.

use chrono::NaiveDate;
use cims_proto::reporting::v1::{
    GetHomeRequest, GetTrendRequest, Home, Trend, home::AsOf, reports_server, trend::Week,
};
use kit::{
    clock::{Clock, time},
    database::Pool,
    open, zone,
};
use tonic::{Request, Response, Status};

use super::{
    TREND_WEEKS, counts, narrow, store, team,
    window::{Window, Windows, weeks},
};

/// The rule of who wrote a contact record.
const AUTHOR: &str = "interaction.authorId";

#[derive(Debug)]
pub struct Reports {
    pool: Pool,
    clock: Clock,
}

impl Reports {
    pub fn new(pool: Pool, clock: Clock) -> Reports {
        Reports { pool, clock }
    }
}

#[tonic::async_trait]
impl reports_server::Reports for Reports {
    async fn get_home(&self, request: Request<GetHomeRequest>) -> Result<Response<Home>, Status> {
        let (call, request) = open(request)?;
        let zone = zone::parse("/timeZone", &request.time_zone)?;
        let windows = Windows::at(self.clock.now(), zone);
        let figures = store::figures(&self.pool, &call.scope, &windows).await?;
        let contacts = figures.contacts.iter().map(|(_, count)| count).sum();
        // Whoever owns nothing would stand there as an author alone.
        let sees_authors = call.field_rules().is_none_or(|rules| rules.visibility(AUTHOR).is_seen());
        let authors = if sees_authors { figures.contacts.as_slice() } else { &[] };
        // Only a reader who sees more than their own customers has a team.
        let team = if call.scope.is_personal() { Vec::new() } else { team(figures.owners, authors) };
        let (levels, provinces): (Vec<_>, Vec<_>) =
            figures.keys.into_iter().partition(|(dimension, ..)| dimension == "level");
        Ok(Response::new(Home {
            as_of: Some(AsOf { event_time: figures.event_time.map(time::to_proto), caught_up: figures.caught_up }),
            // Each customer has one level, be it none.
            customer_count: narrow(levels.iter().map(|(_, _, count)| count).sum()),
            new_this_month: narrow(figures.created),
            follow_ups_today: Some(narrow(figures.due)),
            overdue: Some(narrow(figures.overdue)),
            contacts_this_week: narrow(contacts),
            by_region: counts(provinces.into_iter().map(|(_, key, count)| (key, count))),
            by_level: counts(levels.into_iter().map(|(_, key, count)| (key, count))),
            team,
        }))
    }

    async fn get_trend(&self, request: Request<GetTrendRequest>) -> Result<Response<Trend>, Status> {
        let (call, request) = open(request)?;
        let zone = zone::parse("/timeZone", &request.time_zone)?;
        let (mondays, windows): (Vec<NaiveDate>, Vec<Window>) =
            weeks(TREND_WEEKS, self.clock.now(), zone).into_iter().unzip();
        let sums = store::by_week(&self.pool, &call.scope, &windows).await?;
        let week = |(monday, (created, contacts)): (NaiveDate, (i64, i64))| Week {
            start_date: monday.to_string(),
            new_customers: narrow(created),
            contacts: narrow(contacts),
        };
        Ok(Response::new(Trend { weeks: mondays.into_iter().zip(sums).map(week).collect() }))
    }
}
