//! The end of a chain at a moment, and the RPC by which another service keeps it.

use chrono::{DateTime, SecondsFormat, Utc};
use cims_proto::audit::v1 as proto;
use prost::Message;
use tonic::{Request, Response, Status};

use super::{digest::Digester, key::AuditKeys, store};
use crate::{
    call::open,
    clock::time,
    database::Pool,
    problem::{Failure, code},
    service::Context,
};

#[derive(Clone, Debug)]
pub struct Head {
    pub service: String,
    pub number: i64,
    pub time: DateTime<Utc>,
    pub digest: Vec<u8>,
    pub signature: Vec<u8>,
    /// Events in its seal.
    pub events: i32,
}

impl Head {
    /// What is signed.
    pub(super) fn message(&self) -> [u8; 32] {
        Digester::new("cims.head.1").text(&self.service).number(self.number).time(self.time).bytes(&self.digest).end()
    }

    pub(super) fn is_signed(&self, keys: &AuditKeys) -> bool {
        keys.verify(&self.message(), &self.signature)
    }

    /// None when it lacks a moment.
    pub(super) fn from_proto(head: proto::Head) -> Option<Head> {
        Some(Head {
            time: time::from_proto(&head.time?)?,
            service: head.service,
            number: head.number,
            digest: head.digest.to_vec(),
            signature: head.signature.to_vec(),
            events: head.events,
        })
    }

    pub(super) fn to_proto(&self) -> proto::Head {
        proto::Head {
            service: self.service.clone(),
            number: self.number,
            time: Some(time::to_proto(self.time)),
            digest: self.digest.clone().into(),
            signature: self.signature.clone().into(),
            events: self.events,
        }
    }

    /// Service, number, moment, digest and signature: to be kept outside the database.
    pub fn to_line(&self) -> String {
        let time = self.time.to_rfc3339_opts(SecondsFormat::Micros, true);
        let (digest, signature) = (hex::encode(&self.digest), hex::encode(&self.signature));
        format!("{} {} {time} {digest} {signature}", self.service, self.number)
    }

    /// None when it is no such line.
    pub fn parse_line(line: &str) -> Option<Head> {
        let mut words = line.split_whitespace();
        Some(Head {
            service: words.next()?.to_owned(),
            number: words.next()?.parse().ok()?,
            time: DateTime::parse_from_rfc3339(words.next()?).ok()?.to_utc(),
            digest: hex::decode(words.next()?).ok()?,
            signature: hex::decode(words.next()?).ok()?,
            events: 0,
        })
    }

    /// Nothing for none.
    pub(super) fn encode_all(heads: &[Head]) -> Vec<u8> {
        proto::HeadList { heads: heads.iter().map(Head::to_proto).collect() }.encode_to_vec()
    }

    /// None when these are no heads.
    pub(super) fn decode_all(bytes: &[u8]) -> Option<Vec<Head>> {
        proto::HeadList::decode(bytes).ok()?.heads.into_iter().map(Head::from_proto).collect()
    }
}

#[derive(Debug)]
pub struct HeadKeeper {
    pool: Pool,
    keys: AuditKeys,
}

/// Keeps the heads of other services.
///
/// # Errors
/// When the process was given no key.
pub fn server(context: &Context) -> Result<proto::heads_server::HeadsServer<HeadKeeper>, Failure> {
    let keeper = HeadKeeper { pool: context.pool.clone(), keys: context.audit()? };
    Ok(proto::heads_server::HeadsServer::new(keeper))
}

#[tonic::async_trait]
impl proto::heads_server::Heads for HeadKeeper {
    async fn keep_head(
        &self,
        request: Request<proto::KeepHeadRequest>,
    ) -> Result<Response<proto::KeepHeadResponse>, Status> {
        let (_, request) = open(request)?;
        let head = request.head.and_then(Head::from_proto).filter(|head| head.is_signed(&self.keys));
        let head = head.ok_or_else(|| Failure::field("/head", code::CHECKSUM, "a signed head"))?;
        let known = store::keep_head(&self.pool, &head).await?;
        Ok(Response::new(proto::KeepHeadResponse { head: Some(known.to_proto()) }))
    }
}
