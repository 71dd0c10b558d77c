//! Beginning the session of somebody who has proven who they are.

use chrono::{DateTime, Utc};
use cims_proto::identity::v1::Session as Answer;
use kit::{
    Call, Failure,
    auth::{ACCESS_TOKEN_LIFE, PrivateKeys, sign_access_token},
    clock::{Clock, time},
    database::Pool,
    service::Context,
    write::Write,
};
use tonic::{Response, Status};
use uuid::Uuid;

use super::{CREATED, Ended, LIFE, Session, record, store, token::RefreshToken};
use crate::{
    attempt, external,
    second_factor::{self, Ticket, store::Taken},
    user::{self, User},
};

pub const TICKET_EXPIRED: Failure = Failure::Unauthenticated("TICKET_EXPIRED");
pub const WRONG: Failure = Failure::Unauthenticated("WRONG_CREDENTIALS");

/// By what somebody has proven who they are.
#[derive(Clone, Copy, Debug)]
pub enum Shown<'a> {
    /// The hash that the password fits.
    Password(&'a str),
    /// The digest of a ticket, and a second factor beside it.
    Ticket(&'a [u8]),
    /// The word of a provider.
    Provider(&'a external::Word),
}

/// Opens sessions.
#[derive(Clone, Debug)]
pub struct Opener {
    pool: Pool,
    clock: Clock,
    keys: PrivateKeys,
}

impl Opener {
    pub fn new(context: &Context, keys: PrivateKeys) -> Opener {
        Opener { pool: context.pool.clone(), clock: context.clock.clone(), keys }
    }

    /// Begins the session of somebody who has proven who they are.
    pub async fn open(
        &self,
        mut write: Write,
        call: Call,
        account: User,
        shown: Shown<'_>,
    ) -> Result<Response<Answer>, Status> {
        write.act_as(account.id);
        let (now, token) = (write.now(), RefreshToken::first());
        // Before the ticket and the tries: whoever disables the person or changes the password then waits, or is waited for.
        let password_hash = match shown {
            Shown::Password(hash) => Some(hash),
            // A ticket would be gone if the password had been replaced.
            Shown::Ticket(_) | Shown::Provider(_) => None,
        };
        if !user::store::sign_in(write.connection(), account.id, password_hash, now).await? {
            return Err(WRONG.into());
        }
        let word = match shown {
            Shown::Password(_) => None,
            Shown::Provider(word) => Some(word.clone()),
            Shown::Ticket(digest) => match second_factor::store::take_ticket(write.connection(), digest).await? {
                Some(Taken { word }) => word,
                None => return Err(TICKET_EXPIRED.into()),
            },
        };
        if let Some(word) = &word {
            external::link(&mut write, &word.subject, &account).await?;
        }
        attempt::store::clear(write.connection(), &attempt::store::account(&account.username)).await?;
        let session = Session { id: write.id(), user_id: account.id, expire_time: now + LIFE };
        let beginning = store::Beginning {
            now,
            user_agent: call.user_agent,
            source_address: call.source_address,
            external: word.is_some(),
            sign_out: word.and_then(|word| word.sign_out),
        };
        if !store::insert(write.connection(), &session, &token, &beginning).await? {
            return Err(WRONG.into());
        }
        let begun = Ended { id: session.id, user_id: account.id, department_id: account.department_id };
        record(&mut write, CREATED, &begun).await?;
        let answer = self.answer(&session, account, Some(&token), now)?;
        write.commit(answer).await
    }

    /// What whoever has yet to show their second factor is given.
    pub async fn ticket(&self, user_id: Uuid, shown: Shown<'_>) -> Result<Answer, Failure> {
        let (ticket, expire_time) = (Ticket::new(), self.clock.now() + Ticket::LIFE);
        if !second_factor::store::put_ticket(&self.pool, &ticket.digest(), (user_id, shown), expire_time).await? {
            return Err(WRONG);
        }
        let expire_time = Some(time::to_proto(expire_time));
        Ok(Answer { second_factor_ticket: ticket.text(), expire_time, ..Answer::default() })
    }

    pub fn answer(
        &self,
        session: &Session,
        user: User,
        token: Option<&RefreshToken>,
        now: DateTime<Utc>,
    ) -> Result<Answer, Failure> {
        let expire_time = (now + ACCESS_TOKEN_LIFE).min(session.expire_time);
        let key = self.keys.newest();
        Ok(Answer {
            access_token: sign_access_token(&key, session.user_id, session.id, expire_time.timestamp())?,
            expire_time: Some(time::to_proto(expire_time)),
            user: Some(user.into()),
            refresh_token: token.map(RefreshToken::text).unwrap_or_default(),
            second_factor_ticket: String::new(),
        })
    }
}
