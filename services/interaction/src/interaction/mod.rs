//! Contact records: what one is, and what may be written into it.

mod list;
pub mod rpc;
pub mod store;
pub mod write;

use chrono::{DateTime, TimeDelta, Utc};
use cims_proto::interaction::v1::{self as proto, interaction};
use kit::{
    Failure, Violation,
    call::{etag, parse_id},
    clock::time,
    problem::code,
    schema::table_of,
};
use uuid::Uuid;

/// A contact record as it is kept. A text that nobody has filled in is empty.
#[derive(Clone, Debug)]
pub struct Interaction {
    pub id: Uuid,
    pub customer_id: Uuid,
    /// Of the customer when it was written; it may have gone since.
    pub contact_id: Option<Uuid>,
    /// The proto's name: "PHONE".
    pub method: String,
    pub subject: String,
    pub summary: String,
    pub occur_time: DateTime<Utc>,
    pub participants: Vec<String>,
    pub next_contact_time: Option<DateTime<Utc>>,
    pub next_contact_plan: String,
    /// When the plan was marked as done.
    pub plan_done_time: Option<DateTime<Utc>>,
    /// The proto's name: "NORMAL".
    pub priority: String,
    pub author_id: Option<Uuid>,
    pub version: i64,
    pub create_time: DateTime<Utc>,
    pub update_time: DateTime<Utc>,
}

/// How far the author's clock may be ahead of ours.
const AHEAD: TimeDelta = TimeDelta::minutes(1);

impl Interaction {
    /// A record of a customer by its author, with what the message says.
    ///
    /// # Errors
    /// As [`Interaction::write`].
    pub fn new(
        id: Uuid,
        customer_id: Uuid,
        author_id: Option<Uuid>,
        message: proto::Interaction,
        now: DateTime<Utc>,
    ) -> Result<Interaction, Failure> {
        let mut interaction = Interaction {
            id,
            customer_id,
            contact_id: None,
            method: String::new(),
            subject: String::new(),
            summary: String::new(),
            occur_time: now,
            participants: Vec::new(),
            next_contact_time: None,
            next_contact_plan: String::new(),
            plan_done_time: None,
            priority: String::new(),
            author_id,
            version: 1,
            create_time: now,
            update_time: now,
        };
        interaction.write(message, now)?;
        Ok(interaction)
    }

    /// Takes over what a person may write.
    ///
    /// # Errors
    /// `Invalid` when the contact lies in the future.
    pub fn write(&mut self, message: proto::Interaction, now: DateTime<Utc>) -> Result<(), Failure> {
        let occur_time = message.occur_time.as_ref().and_then(time::from_proto).unwrap_or(now);
        if occur_time > now + AHEAD {
            return Err(future(now));
        }
        self.contact_id = match message.contact_id.as_str() {
            "" => None,
            text => Some(parse_id("/interaction/contactId", text)?),
        };
        self.method = message.method().as_str_name().to_owned();
        self.priority = match message.priority() {
            interaction::Priority::Unspecified => interaction::Priority::Normal.as_str_name().to_owned(),
            priority => priority.as_str_name().to_owned(),
        };
        self.subject = message.subject.trim().to_owned();
        self.summary = message.summary;
        self.occur_time = occur_time;
        self.participants = message.participants.iter().map(|name| name.trim().to_owned()).collect();
        let next_contact_time = message.next_contact_time.as_ref().and_then(time::from_proto);
        if next_contact_time != self.next_contact_time {
            self.plan(next_contact_time);
        }
        self.next_contact_plan = message.next_contact_plan;
        Ok(())
    }

    /// Plans the next contact anew: whatever was done of the old plan, this one is not.
    pub fn plan(&mut self, next_contact_time: Option<DateTime<Utc>>) {
        self.next_contact_time = next_contact_time;
        self.plan_done_time = None;
    }

    pub fn to_proto(&self) -> proto::Interaction {
        let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        proto::Interaction {
            id: self.id.to_string(),
            customer_id: self.customer_id.to_string(),
            contact_id: id(self.contact_id),
            method: interaction::Method::from_str_name(&self.method).unwrap_or_default().into(),
            subject: self.subject.clone(),
            summary: self.summary.clone(),
            occur_time: Some(time::to_proto(self.occur_time)),
            participants: self.participants.clone(),
            next_contact_time: self.next_contact_time.map(time::to_proto),
            next_contact_plan: self.next_contact_plan.clone(),
            priority: interaction::Priority::from_str_name(&self.priority).unwrap_or_default().into(),
            author_id: id(self.author_id),
            etag: etag(self.version),
            create_time: Some(time::to_proto(self.create_time)),
            update_time: Some(time::to_proto(self.update_time)),
            plan_done_time: self.plan_done_time.map(time::to_proto),
        }
    }
}

/// The contact has not happened yet: `allowed` is the latest moment that may be written.
fn future(now: DateTime<Utc>) -> Failure {
    let pointer = "/interaction/occurTime";
    let violation = match table_of::<proto::Interaction>().field("occur_time") {
        Some(field) => Violation::of(field, pointer, code::FUTURE),
        None => Violation::new(pointer, code::FUTURE),
    };
    Failure::Invalid(vec![violation.allowed((now + AHEAD).to_rfc3339_opts(chrono::SecondsFormat::Secs, true))])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(occur_time: DateTime<Utc>) -> proto::Interaction {
        proto::Interaction {
            method: interaction::Method::Wechat.into(),
            subject: " 回访 ".to_owned(),
            occur_time: Some(time::to_proto(occur_time)),
            participants: vec![" 王芳 ".to_owned()],
            ..Default::default()
        }
    }

    #[test]
    fn what_is_written_comes_back_tidied() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let record = Interaction::new(Uuid::nil(), Uuid::nil(), None, message(now), now).expect("it fits").to_proto();
        assert_eq!((record.subject.as_str(), record.participants.as_slice()), ("回访", &["王芳".to_owned()][..]));
        assert_eq!((record.method(), record.priority()), (interaction::Method::Wechat, interaction::Priority::Normal));
        assert_eq!((record.occur_time, record.contact_id.as_str()), (Some(time::to_proto(now)), ""));
    }

    #[test]
    fn a_contact_lies_at_most_a_minute_ahead() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let at = |occur_time| Interaction::new(Uuid::nil(), Uuid::nil(), None, message(occur_time), now);
        assert!(at(now + AHEAD).is_ok());
        let Err(Failure::Invalid(violations)) = at(now + AHEAD + TimeDelta::microseconds(1)) else {
            panic!("it is refused")
        };
        assert_eq!((violations[0].pointer.as_str(), violations[0].code), ("/interaction/occurTime", code::FUTURE));
    }
}
