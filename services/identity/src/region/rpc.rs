//! The RPC of regions.

use cims_proto::identity::v1::{
    ListRegionsRequest, ListRegionsResponse, Region,
    regions_server::{Regions, RegionsServer},
};
use kit::open;
use tonic::{Request, Response, Status};

#[derive(Debug)]
pub struct RegionService;

pub fn server() -> RegionsServer<RegionService> {
    RegionsServer::new(RegionService)
}

#[tonic::async_trait]
impl Regions for RegionService {
    async fn list_regions(
        &self,
        request: Request<ListRegionsRequest>,
    ) -> Result<Response<ListRegionsResponse>, Status> {
        let (_, request) = open(request)?;
        let parent = Some(request.parent_code.as_str()).filter(|code| !code.is_empty());
        let regions = region::children(parent).into_iter().map(|region| Region {
            code: region.code.to_owned(),
            name: region.name.to_owned(),
            parent_code: request.parent_code.clone(),
            name_en: region.name_en.to_owned(),
        });
        Ok(Response::new(ListRegionsResponse { regions: regions.collect() }))
    }
}
