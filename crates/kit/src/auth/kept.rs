//! Grants by person and session, asked of identity once for each state of the organisation.

use std::{sync::Arc, time::Duration};

use cims_proto::identity::v1::{GetGrantsRequest, access_client::AccessClient};
use moka::future::Cache;
use tokio_util::sync::CancellationToken;
use tonic::Code;
use uuid::Uuid;

use super::{
    Grants,
    lease::{Lease, follow},
};
use crate::{client::Channel, problem::Failure};

/// Grants that nobody has used for so long are forgotten; those of an earlier state go this way.
const IDLE: Duration = Duration::from_secs(600);

/// Grants by person, session and the state of the organisation in which they were asked for: another state, and they are
/// asked for again. What was asked for before a change and answered after it is thus never kept for the time after.
#[derive(Clone, Debug)]
pub struct GrantsCache {
    identity: Channel,
    lease: Arc<Lease>,
    kept: Cache<(Uuid, Uuid, i64), Arc<Grants>>,
}

impl GrantsCache {
    /// Follows identity's epoch until told to stop. A process has one of these.
    pub fn start(identity: Channel, stop: CancellationToken) -> GrantsCache {
        let lease = Arc::new(Lease::default());
        tokio::spawn(follow(lease.clone(), identity.clone(), stop));
        GrantsCache::of(identity, lease)
    }

    fn of(identity: Channel, lease: Arc<Lease>) -> GrantsCache {
        GrantsCache { identity, lease, kept: Cache::builder().max_capacity(20_000).time_to_idle(IDLE).build() }
    }

    /// # Errors
    /// `Unauthenticated` when the person is disabled or the session has ended; `Unavailable` when identity is out of
    /// reach.
    pub async fn get(&self, user_id: Uuid, session_id: Uuid) -> Result<Arc<Grants>, Failure> {
        let key = (user_id, session_id, self.lease.epoch()?);
        let grants = match self.kept.get(&key).await {
            Some(kept) if kept.restriction.is_none() => kept,
            // Whoever has just done what was asked of them is not to wait until it is noticed.
            Some(_) => {
                let fresh = self.ask(user_id, session_id).await?;
                self.kept.insert(key, fresh.clone()).await;
                fresh
            }
            // Of those who ask at once, one asks identity.
            None => {
                self.kept.try_get_with(key, self.ask(user_id, session_id)).await.map_err(|error| match &*error {
                    Failure::Unavailable(text) => Failure::Unavailable(text.clone()),
                    other => Failure::internal(other),
                })?
            }
        };
        if grants.active { Ok(grants) } else { Err(Failure::Unauthenticated("SESSION_ENDED")) }
    }

    async fn ask(&self, user_id: Uuid, session_id: Uuid) -> Result<Arc<Grants>, Failure> {
        let request = GetGrantsRequest { user_id: user_id.to_string(), session_id: session_id.to_string() };
        let answer = AccessClient::new(self.identity.clone()).get_grants(request).await;
        let message = answer.map_err(|status| match status.code() {
            Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled => {
                Failure::Unavailable(format!("identity: {}", status.message()))
            }
            _ => Failure::from(status),
        })?;
        Ok(Arc::new(Grants::of(message.into_inner())?.leased(session_id, self.lease.clone())))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

    use cims_proto::identity::v1::{
        self as proto, Epoch, GetEpochRequest,
        access_server::{Access, AccessServer},
    };
    use tonic::{
        Request, Response, Status,
        transport::{Server, server::TcpIncoming},
    };

    use super::*;

    /// An identity that can be silenced, and whose one person can be disabled.
    #[derive(Clone, Debug, Default)]
    struct Identity {
        silent: Arc<AtomicBool>,
        epoch: Arc<AtomicI64>,
        disabled: Arc<AtomicBool>,
        asked: Arc<AtomicI64>,
    }

    impl Identity {
        /// A channel to it, for as long as the test runs.
        fn served(&self) -> Channel {
            let incoming = TcpIncoming::bind(([127, 0, 0, 1], 0).into()).expect("a port");
            let address = format!("http://{}", incoming.local_addr().expect("an address"));
            let server = Server::builder().add_service(AccessServer::new(self.clone()));
            tokio::spawn(server.serve_with_incoming(incoming));
            Channel::lazy(&address, None).expect("a channel")
        }

        fn answer<T>(&self, message: T) -> Result<Response<T>, Status> {
            if self.silent.load(Ordering::SeqCst) {
                Err(Status::unavailable("away"))
            } else {
                Ok(Response::new(message))
            }
        }
    }

    #[tonic::async_trait]
    impl Access for Identity {
        async fn get_grants(&self, request: Request<GetGrantsRequest>) -> Result<Response<proto::Grants>, Status> {
            self.asked.fetch_add(1, Ordering::SeqCst);
            let active = !self.disabled.load(Ordering::SeqCst);
            self.answer(proto::Grants { user_id: request.into_inner().user_id, active, ..Default::default() })
        }

        async fn get_epoch(&self, _: Request<GetEpochRequest>) -> Result<Response<Epoch>, Status> {
            self.answer(Epoch { epoch: self.epoch.load(Ordering::SeqCst) })
        }
    }

    #[tokio::test]
    async fn kept_grants_are_good_until_the_epoch_moves_and_for_a_while_without_identity() {
        let identity = Identity::default();
        let lease = Arc::new(Lease::default());
        let cache = GrantsCache::of(identity.served(), lease.clone());
        let (user, session) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let get = async || cache.get(user, session).await;
        let asked = || identity.asked.load(Ordering::SeqCst);

        lease.renew(1);
        for _ in 0..3 {
            get().await.expect("grants");
            lease.renew(1);
        }
        assert_eq!(asked(), 1, "kept as long as nothing changes");
        identity.disabled.store(true, Ordering::SeqCst);
        lease.renew(2);
        assert!(matches!(get().await, Err(Failure::Unauthenticated(_))), "another epoch is asked about");
        identity.disabled.store(false, Ordering::SeqCst);
        lease.renew(3);
        let grants = get().await.expect("in again");

        identity.silent.store(true, Ordering::SeqCst);
        lease.age(Duration::from_secs(59));
        get().await.expect("a lease").check_write().expect("writes go on for a minute");
        lease.age(Duration::from_secs(61));
        assert!(matches!(grants.check_write(), Err(Failure::Unavailable(_))), "then only reads");
        get().await.expect("reads go on");
        assert!(matches!(cache.get(user, Uuid::from_u128(3)).await, Err(Failure::Unavailable(_))), "nobody is let in");
        lease.age(Duration::from_secs(121));
        assert!(matches!(get().await, Err(Failure::Unavailable(_))), "then nothing");

        let known = asked();
        lease.renew(3);
        get().await.expect("back").check_write().expect("writes, too");
        assert_eq!(asked(), known, "and nothing had changed");
    }

    #[tokio::test]
    async fn a_process_follows_the_epoch_by_itself() {
        let identity = Identity::default();
        identity.epoch.store(7, Ordering::SeqCst);
        let stop = CancellationToken::new();
        let cache = GrantsCache::start(identity.served(), stop.clone());
        let followed = async {
            while cache.lease.epoch().ok() != Some(7) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(5), followed).await.expect("the epoch is known");
        stop.cancel();
    }
}
