//! Showing one masked value in clear (I-05): a call of its own, which the customer's history names, and of which a person has
//! so many a day.

mod path;
mod store;

use std::borrow::Cow;

use chrono::TimeDelta;
use cims_proto::customer::v1::{CustomerRevealed, RevealCustomerRequest, RevealCustomerResponse};
use kit::{
    Call, Failure, Violation,
    call::parse_id,
    config::{Fallback, Variable},
    problem::code,
    write::{Begin, Change, Write, Writer},
    zone,
};
use tonic::{Response, Status};

use crate::customer::{Customer, access};

pub const REVEALS_PER_DAY: Variable = Variable {
    name: Cow::Borrowed("CIMS_REVEALS_PER_DAY"),
    default: Fallback::Value("200"),
    allowed: "0 to 65535",
    meaning: "masked values (phones, e-mail, ID numbers) that one person may have shown in clear on a day of Asia/Shanghai",
    is_secret: false,
};

/// What the events of looks are about.
pub const SUBJECT: &str = "customer.reveal";

/// Shows masked values.
#[derive(Debug)]
pub struct Revealing {
    writer: Writer,
    per_day: u16,
}

impl Revealing {
    pub fn new(writer: Writer, per_day: u16) -> Revealing {
        Revealing { writer, per_day }
    }

    /// The clear value of one field of a customer whom the caller may read.
    ///
    /// # Errors
    /// `Limited` when the day's number is used up, `Invalid` when the customer has no such value.
    pub async fn reveal(
        &self,
        call: &Call,
        request: RevealCustomerRequest,
    ) -> Result<Response<RevealCustomerResponse>, Status> {
        let id = parse_id("/id", &request.id)?;
        let mut write = match self.writer.begin(call).await? {
            Begin::Fresh(write) => write,
            Begin::Replay(answer) => return answer.decode(),
        };
        // Its history has an order, which the lock gives.
        let customer = access::lock(&mut write, call, id).await?;
        let now = write.now();
        if !access::sees(write.connection(), call, &customer, now).await? {
            return Err(Failure::NotFound.into());
        }
        let value = path::value(call, &customer, &request.field)?;
        self.count(&mut write, call).await?;
        record(&mut write, &customer, &request.field).await?;
        write.commit(RevealCustomerResponse { value }).await
    }

    async fn count(&self, write: &mut Write, call: &Call) -> Result<(), Failure> {
        let now = write.now();
        let today = zone::day_of(now, zone::DEFAULT);
        if store::count(write.connection(), call.user()?.user_id, today, self.per_day.into()).await? {
            return Ok(());
        }
        let tomorrow = zone::start_of_day(today + TimeDelta::days(1), zone::DEFAULT);
        let seconds = (tomorrow - now).num_seconds().max(1);
        let retry_after_seconds = u32::try_from(seconds).map_err(Failure::internal)?;
        Err(Failure::Limited { code: "REVEALED_ENOUGH", retry_after_seconds })
    }
}

/// Who saw which field stands in the history and with the events; what was seen does not.
async fn record(write: &mut Write, customer: &Customer, field: &str) -> Result<(), Failure> {
    let payload = CustomerRevealed { customer_id: customer.id.to_string(), field: field.to_owned() };
    let subject_id = write.id();
    write
        .record(Change {
            subject_type: SUBJECT,
            subject_id,
            parent_id: Some(customer.id),
            version: 1,
            verb: "created",
            fields: vec![field.to_owned()],
            owner_id: customer.owner_id,
            department_id: customer.department_id,
            payload: &payload,
        })
        .await
}

fn unknown() -> Failure {
    Failure::Invalid(vec![Violation::new("/field", code::NOT_FOUND)])
}
