//! `GET /v1/events`: what changes, to the pages of those who may read it.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    body::Body,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{Stream, stream};
use http::{HeaderValue, StatusCode};
use kit::{
    Failure, Scope,
    auth::{Grants, GrantsCache, Principal},
    events::Notice,
    schema::Visibility,
};
use serde_json::json;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    edge::{Edge, Visit},
    problems::Problem,
};

/// Notices that wait for a slow reader; it is told to read everything again when there are more.
const WAITING: usize = 1_024;
/// Grants are looked at again this often.
const RECHECK: Duration = Duration::from_secs(5);
const KEEP_ALIVE: Duration = Duration::from_secs(15);
const STREAMS_PER_PERSON: usize = 6;
/// Seconds after which a page may try again that has too many streams.
const RETRY_SECONDS: u32 = 10;
/// What a person may read decides what the person is told of.
const OPERATION: &str = "customer.read";

/// The streams of this process.
#[derive(Clone, Debug)]
pub struct Live {
    notices: broadcast::Sender<Arc<Notice>>,
    grants: GrantsCache,
    open: Arc<Mutex<HashMap<Uuid, usize>>>,
    stop: CancellationToken,
}

impl Live {
    pub fn new(grants: GrantsCache, stop: CancellationToken) -> Live {
        Live { notices: broadcast::channel(WAITING).0, grants, open: Arc::default(), stop }
    }

    /// Where notices come in.
    pub fn sender(&self) -> broadcast::Sender<Arc<Notice>> {
        self.notices.clone()
    }

    /// # Errors
    /// When nobody is signed in, or has too many streams.
    pub async fn follow(self, edge: &Edge, visit: &mut Visit) -> Result<Response, Problem> {
        let header = edge.sessions.authorization(edge, visit).await?;
        let (user_id, session_id) = person(edge, header.as_ref())?;
        let grants = self.grants.get(user_id, session_id).await?;
        if let Some(code) = &grants.restriction {
            return Err(Failure::Restricted(code.clone()).into());
        }
        let place = self.take_place(user_id)?;
        let reader = Reader {
            notices: self.notices.subscribe(),
            grants,
            session_id,
            recheck: tokio::time::interval_at(tokio::time::Instant::now() + RECHECK, RECHECK),
            live: self,
            _place: place,
        };
        let stream = Sse::new(reader.stream()).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
        let mut response = stream.into_response();
        // A proxy that gathers output would hold every notice back.
        response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
        Ok(response.map(Body::new))
    }

    fn take_place(&self, user_id: Uuid) -> Result<Place, Problem> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(user_id).or_default();
        if *count >= STREAMS_PER_PERSON {
            let mut problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_STREAMS");
            problem.told.retry_after_seconds = RETRY_SECONDS;
            return Err(problem);
        }
        *count += 1;
        Ok(Place { open: self.open.clone(), user_id })
    }
}

fn person(edge: &Edge, header: Option<&HeaderValue>) -> Result<(Uuid, Uuid), Failure> {
    const ANONYMOUS: Failure = Failure::Unauthenticated("SIGN_IN_REQUIRED");
    let token = header
        .and_then(|header| header.to_str().ok())
        .and_then(|header| header.strip_prefix("Bearer "))
        .ok_or(ANONYMOUS)?;
    match edge.sessions.verifier.verify(token)? {
        Principal::User { user_id, session_id } => Ok((user_id, session_id)),
        Principal::Service(_) => Err(ANONYMOUS),
    }
}

/// One of a person's streams; dropped, it makes room for another.
#[derive(Debug)]
struct Place {
    open: Arc<Mutex<HashMap<Uuid, usize>>>,
    user_id: Uuid,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.user_id) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.user_id);
            }
        }
    }
}

/// An open stream.
struct Reader {
    notices: broadcast::Receiver<Arc<Notice>>,
    grants: Arc<Grants>,
    session_id: Uuid,
    recheck: tokio::time::Interval,
    live: Live,
    _place: Place,
}

impl Reader {
    fn stream(self) -> impl Stream<Item = Result<Event, Infallible>> + Send {
        stream::unfold(self, |mut reader| async move {
            let data = reader.next().await?;
            Some((Ok(Event::default().data(data)), reader))
        })
    }

    /// What the reader is told next; none when the stream ends.
    async fn next(&mut self) -> Option<String> {
        loop {
            tokio::select! {
                () = self.live.stop.cancelled() => return None,
                _ = self.recheck.tick() => match self.live.grants.get(self.grants.user_id, self.session_id).await {
                    Ok(grants) => self.grants = grants,
                    // Identity may be back in a moment; the services ask it at each read.
                    Err(Failure::Unavailable(_)) => {}
                    Err(_) => return None,
                },
                notice = self.notices.recv() => match notice {
                    Ok(notice) if is_for(&notice, &self.grants) => return Some(told(&notice)),
                    Ok(_) => {}
                    Err(RecvError::Lagged(_)) => return Some(json!({ "type": "reset" }).to_string()),
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }
}

/// Notices without owner and department concern nobody's records: tags, dictionaries, figures.
fn is_for(notice: &Notice, grants: &Grants) -> bool {
    let nobodys = notice.owner_id.is_none() && notice.department_id.is_none();
    let is_reader = notice.readers.contains(&grants.user_id);
    let reached = |scope: Scope| scope.contains(notice.owner_id, notice.department_id, is_reader);
    let is_shown = |rule: &String| grants.field_rules.visibility(rule) != Visibility::Hidden;
    let tells = notice.fields.is_empty() || notice.fields.iter().any(is_shown);
    tells && (nobodys || grants.scope(OPERATION).is_some_and(reached))
}

fn told(notice: &Notice) -> String {
    json!({ "type": notice.r#type, "id": notice.id, "version": notice.version }).to_string()
}

#[cfg(test)]
mod tests {
    use cims_proto::identity::v1 as identity;

    use super::*;

    #[test]
    fn a_person_is_told_of_the_own_scope_and_of_what_is_shared_alone_and_of_fields_that_are_not_hidden() {
        let (me, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let scope = identity::grant::Scope::OwnAndShared.into();
        let own = identity::Grant { operation: OPERATION.to_owned(), scope, ..Default::default() };
        let hidden =
            identity::FieldRule { field: "customer.tags".to_owned(), rule: identity::field_rule::Rule::Hidden.into() };
        let message = identity::Grants {
            user_id: me.to_string(),
            active: true,
            grants: vec![own],
            field_rules: vec![hidden],
            ..Default::default()
        };
        let grants = Grants::of(message).expect("grants");
        let notice = |owner_id| Notice {
            r#type: "t".to_owned(),
            id: "i".to_owned(),
            version: 3,
            owner_id,
            department_id: owner_id,
            readers: Vec::new(),
            fields: Vec::new(),
        };
        assert!(is_for(&notice(Some(me)), &grants));
        assert!(!is_for(&notice(Some(other)), &grants));
        assert!(is_for(&Notice { readers: vec![me], ..notice(Some(other)) }, &grants));
        assert!(is_for(&notice(None), &grants));
        let of_fields = |fields: &[&str]| {
            let fields = fields.iter().map(|&rule| rule.to_owned()).collect();
            is_for(&Notice { fields, ..notice(Some(me)) }, &grants)
        };
        assert!(!of_fields(&["customer.tags"]));
        assert!(of_fields(&["customer.tags", "customer.lastContactTime"]));
        assert_eq!(told(&notice(Some(me))), r#"{"id":"i","type":"t","version":3}"#);
    }
}
