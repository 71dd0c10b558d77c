//! Whose a record of this service is, for whoever explains why a call is allowed or refused.

mod store;

use cims_proto::resource::v1::{LocateResourceRequest, Located, resources_server::Resources};
use kit::{
    Failure,
    call::parse_id,
    clock::{Clock, time},
    database::Pool,
    share::{self, Share},
};
use tonic::{Request, Response, Status};

use crate::customer::access::needs_writing;

/// The service `Resources`.
#[derive(Debug)]
pub struct ResourceService {
    pool: Pool,
    clock: Clock,
}

impl ResourceService {
    pub fn new(pool: Pool, clock: Clock) -> ResourceService {
        ResourceService { pool, clock }
    }

    /// The share of the customer with the person whom the request names.
    async fn share(&self, request: &LocateResourceRequest, place: &store::Place) -> Result<Option<Share>, Failure> {
        let Some(customer_id) = place.customer_id.filter(|_| !request.person_id.is_empty()) else { return Ok(None) };
        let person_id = parse_id("/personId", &request.person_id)?;
        Ok(share::of(&self.pool, &[customer_id], person_id).await?.pop())
    }
}

#[tonic::async_trait]
impl Resources for ResourceService {
    async fn locate_resource(&self, request: Request<LocateResourceRequest>) -> Result<Response<Located>, Status> {
        let (_, request) = kit::open(request)?;
        let id = parse_id("/id", &request.id)?;
        let place = match request.r#type.as_str() {
            "customer.customer" => store::customer(&self.pool, id).await?,
            "customer.contact" => store::contact(&self.pool, id).await?,
            "customer.import" => store::import(&self.pool, id).await?,
            _ => None,
        };
        let Some(place) = place else { return Ok(Response::new(Located::default())) };
        let share = self.share(&request, &place).await?;
        let mut located = Located::from(place);
        if let Some(share) = share {
            located.set_share(share.effect(needs_writing(&request.operation), self.clock.now()));
            located.share_end_time = share.end_time.map(time::to_proto);
        }
        Ok(Response::new(located))
    }
}

impl From<store::Place> for Located {
    fn from(place: store::Place) -> Located {
        Located {
            found: true,
            owner_id: place.owner_id.map(|id| id.to_string()).unwrap_or_default(),
            department_id: place.department_id.map(|id| id.to_string()).unwrap_or_default(),
            deleted: place.deleted,
            ..Default::default()
        }
    }
}
