//! Whose a contact record is, for whoever explains why a call is allowed or refused.

mod store;

use cims_proto::resource::v1::{LocateResourceRequest, Located, resources_server::Resources};
use kit::{
    call::parse_id,
    clock::{Clock, time},
    database::Pool,
    share,
};
use tonic::{Request, Response, Status};

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
}

#[tonic::async_trait]
impl Resources for ResourceService {
    async fn locate_resource(&self, request: Request<LocateResourceRequest>) -> Result<Response<Located>, Status> {
        let (_, request) = kit::open(request)?;
        let id = parse_id("/id", &request.id)?;
        let place = match request.r#type.as_str() {
            "interaction.interaction" => store::interaction(&self.pool, id).await?,
            _ => None,
        };
        let Some(place) = place else { return Ok(Response::new(Located::default())) };
        let customer_id = place.customer_id;
        let mut located = Located::from(place);
        if !request.person_id.is_empty() {
            let person_id = parse_id("/personId", &request.person_id)?;
            if let Some(share) = share::of(&self.pool, &[customer_id], person_id).await?.pop() {
                located.set_share(share.effect(false, self.clock.now()));
                located.share_end_time = share.end_time.map(time::to_proto);
            }
        }
        Ok(Response::new(located))
    }
}

impl From<store::Place> for Located {
    fn from(place: store::Place) -> Located {
        let text = |id: Option<uuid::Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        Located {
            found: true,
            owner_id: text(place.owner_id),
            department_id: text(place.department_id),
            deleted: place.customer_binned,
            author_id: text(place.author_id),
            ..Default::default()
        }
    }
}
