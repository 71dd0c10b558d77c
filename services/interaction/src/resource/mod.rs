//! Whose a contact record is, for whoever explains why a call is allowed or refused.

mod store;

use cims_proto::resource::v1::{LocateResourceRequest, Located, resources_server::Resources};
use kit::{call::parse_id, database::Pool};
use tonic::{Request, Response, Status};

/// The service `Resources`.
#[derive(Debug)]
pub struct ResourceService {
    pool: Pool,
}

impl ResourceService {
    pub fn new(pool: Pool) -> ResourceService {
        ResourceService { pool }
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
        Ok(Response::new(place.map(Into::into).unwrap_or_default()))
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
        }
    }
}
