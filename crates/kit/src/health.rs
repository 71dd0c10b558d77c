//! The standard health service of gRPC: whether this server takes calls. It looks at nothing behind it, because a database
//! that is away must not take out every process (docs/operations/settings.md), and asks nobody who they are.

use cims_proto::grpc::health::v1::{
    HealthCheckRequest, HealthCheckResponse,
    health_check_response::ServingStatus::{self, NotServing, ServiceUnknown, Serving},
    health_server,
};
use futures_util::{StreamExt, stream};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, codegen::BoxStream};

/// Serves until `stop`, then no more.
#[derive(Debug)]
pub(crate) struct Health {
    stop: CancellationToken,
}

pub(crate) fn server(stop: CancellationToken) -> health_server::HealthServer<Health> {
    health_server::HealthServer::new(Health { stop })
}

/// The server is one: all its services live and end together.
fn is_whole(request: &Request<HealthCheckRequest>) -> bool {
    request.get_ref().service.is_empty()
}

fn answer(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse { status: status.into() }
}

#[tonic::async_trait]
impl health_server::Health for Health {
    async fn check(&self, request: Request<HealthCheckRequest>) -> Result<Response<HealthCheckResponse>, Status> {
        if !is_whole(&request) {
            return Err(Status::not_found("only the server as a whole is known"));
        }
        Ok(Response::new(answer(if self.stop.is_cancelled() { NotServing } else { Serving })))
    }

    /// Ends with the server: a stream that stays would hold up its end.
    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<BoxStream<HealthCheckResponse>>, Status> {
        let stop = self.stop.clone();
        let first = match (is_whole(&request), stop.is_cancelled()) {
            (false, _) => Some(ServiceUnknown),
            (true, false) => Some(Serving),
            (true, true) => None,
        };
        let last = async move {
            stop.cancelled().await;
            NotServing
        };
        let statuses = stream::iter(first).chain(stream::once(last));
        let answers: BoxStream<HealthCheckResponse> = Box::pin(statuses.map(|status| Ok::<_, Status>(answer(status))));
        Ok(Response::new(answers))
    }
}
