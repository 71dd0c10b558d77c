//! The RPCs of dictionaries and regions.

use cims_proto::identity::v1::{
    ListDictionariesRequest, ListDictionariesResponse, ListRegionsRequest, ListRegionsResponse, Region,
    dictionaries_server::{Dictionaries, DictionariesServer},
};
use kit::open;
use tonic::{Request, Response, Status};

use super::builtin;

#[derive(Debug)]
pub struct DictionaryService;

pub fn server() -> DictionariesServer<DictionaryService> {
    DictionariesServer::new(DictionaryService)
}

#[tonic::async_trait]
impl Dictionaries for DictionaryService {
    async fn list_dictionaries(
        &self,
        _request: Request<ListDictionariesRequest>,
    ) -> Result<Response<ListDictionariesResponse>, Status> {
        let dictionaries = builtin().iter().map(Into::into).collect();
        Ok(Response::new(ListDictionariesResponse { dictionaries }))
    }

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
