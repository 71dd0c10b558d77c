//! Sharing one customer with a person, to read or to write, until a day or until it is taken back (C-21).
//!
//! A share widens what the person's own-and-shared operations reach, and no others: it gives no deletion, no assigning, no
//! sharing on. It is the customer's, not its owner's: whoever owns it next finds it there.

pub mod expiry;
mod receiver;
mod rpc;
pub mod store;
mod write;

pub use rpc::ShareService;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use cims_proto::customer::v1::{self as proto, share};
use kit::{Failure, Violation, call::etag, clock::time, problem::code, schema::table_of, zone};
use uuid::Uuid;

/// Most people with whom one customer is shared: they are shown together.
pub const SHARE_LIMIT: usize = 50;

#[derive(Clone, Copy, Debug, Eq, PartialEq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Access {
    Read,
    Write,
}

impl From<share::Access> for Access {
    fn from(access: share::Access) -> Access {
        match access {
            share::Access::Write => Access::Write,
            share::Access::Read | share::Access::Unspecified => Access::Read,
        }
    }
}

/// A customer shared with a person.
#[derive(Clone, Debug)]
pub struct Share {
    pub id: Uuid,
    pub customer_id: Uuid,
    pub user_id: Uuid,
    pub access: Access,
    /// The last day; none: until it is taken back.
    pub end_date: Option<NaiveDate>,
    /// The moment after it.
    pub end_time: Option<DateTime<Utc>>,
    /// It was taken back, or its end has come and been told.
    pub ended: bool,
    pub author_id: Option<Uuid>,
    pub version: i64,
    pub create_time: DateTime<Utc>,
    pub update_time: DateTime<Utc>,
}

impl Share {
    pub fn holds(&self, now: DateTime<Utc>) -> bool {
        !self.ended && self.end_time.is_none_or(|end| end > now)
    }

    /// Takes over what a person may write: access and last day, which ends where they are.
    ///
    /// # Errors
    /// `Invalid` at `/share/endDate` when that day is over.
    pub fn write(&mut self, written: &proto::Share, zone: Tz, now: DateTime<Utc>) -> Result<(), Failure> {
        self.access = written.access().into();
        let end_date: Option<NaiveDate> = written.end_date.parse().ok();
        if end_date == self.end_date {
            return Ok(());
        }
        let today = zone::day_of(now, zone);
        if end_date.is_some_and(|day| day < today) {
            return Err(misfit("end_date", code::PAST, &today.to_string()));
        }
        self.end_date = end_date;
        self.end_time = end_date.map(|day| zone::start_of_day(day + Days::new(1), zone));
        Ok(())
    }

    pub fn to_proto(&self) -> proto::Share {
        let access = match self.access {
            Access::Read => share::Access::Read,
            Access::Write => share::Access::Write,
        };
        proto::Share {
            id: self.id.to_string(),
            customer_id: self.customer_id.to_string(),
            user_id: self.user_id.to_string(),
            access: access.into(),
            end_date: self.end_date.map(|day| day.to_string()).unwrap_or_default(),
            end_time: self.end_time.map(time::to_proto),
            author_id: self.author_id.map(|id| id.to_string()).unwrap_or_default(),
            etag: etag(self.version),
            create_time: Some(time::to_proto(self.create_time)),
            update_time: Some(time::to_proto(self.update_time)),
        }
    }
}

impl From<&Share> for kit::share::Share {
    fn from(share: &Share) -> kit::share::Share {
        kit::share::Share {
            record_id: share.customer_id,
            person_id: share.user_id,
            writes: share.access == Access::Write,
            end_time: if share.ended { Some(share.update_time) } else { share.end_time },
            version: share.version,
        }
    }
}

/// A field of the share that does not fit, and what would.
fn misfit(name: &str, code: &'static str, allowed: &str) -> Failure {
    let table = table_of::<proto::Share>();
    let violation = match table.field(name) {
        Some(field) => Violation::of(field, format!("/share/{}", field.json), code),
        None => Violation::new("/share", code),
    };
    Failure::Invalid(vec![violation.allowed(allowed)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share() -> Share {
        Share {
            id: Uuid::nil(),
            customer_id: Uuid::nil(),
            user_id: Uuid::nil(),
            access: Access::Read,
            end_date: None,
            end_time: None,
            ended: false,
            author_id: None,
            version: 1,
            create_time: DateTime::UNIX_EPOCH,
            update_time: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_last_day_is_a_whole_one_where_the_writer_lives() {
        // In Shanghai it is the eighth already.
        let now = "2026-03-07T23:30:00Z".parse().expect("a time");
        let written = |day: &str| proto::Share { end_date: day.to_owned(), ..proto::Share::default() };
        let end = |day, zone| {
            let mut share = share();
            share.write(&written(day), zone, now).map(|()| share.end_time.map(|end| end.to_rfc3339()))
        };
        let shanghai = zone::DEFAULT;
        assert_eq!(end("2026-03-08", shanghai).expect("today"), Some("2026-03-08T16:00:00+00:00".to_owned()));
        assert_eq!(end("2026-03-07", Tz::Europe__London).expect("today"), Some("2026-03-08T00:00:00+00:00".to_owned()));
        assert!(end("2026-03-07", shanghai).is_err(), "yesterday");
        assert_eq!(end("", shanghai).expect("no end"), None);
    }

    #[test]
    fn a_share_holds_until_its_end_and_an_ended_one_never() {
        let end = DateTime::UNIX_EPOCH;
        let limited = Share { end_time: Some(end), ..share() };
        assert!(limited.holds(end - chrono::TimeDelta::microseconds(1)) && !limited.holds(end));
        assert!(share().holds(end) && !Share { ended: true, ..share() }.holds(end));
    }
}
