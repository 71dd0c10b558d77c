//! Calling RPCs by their descriptors, past the gateway.

use kit::{
    client::Channel,
    raw::Raw,
    schema::{MethodTable, from_json, to_json},
};
use serde_json::Value;
use tonic::{Request, Status, client::Grpc, codegen::http::uri::PathAndQuery, metadata::MetadataValue};

use crate::world::World;

impl World {
    /// Calls an RPC with a JSON request under a person's token; the answer as JSON.
    pub async fn call(
        &self,
        method: &'static MethodTable,
        token: Option<&str>,
        request: &Value,
    ) -> Result<Value, Status> {
        let mut violations = Vec::new();
        let bytes = from_json(method.request(), request, "", &mut violations);
        assert!(violations.is_empty(), "{}: the test's request does not fit: {violations:?} {request}", method.path);
        let mut call = Request::new(bytes.into());
        if let Some(token) = token {
            let value: MetadataValue<_> = format!("Bearer {token}").parse().expect("a token is a header");
            call.metadata_mut().insert("authorization", value);
        }
        // Every service serves its own events; any of them can be asked.
        let name = match method.service.split('.').nth(1).expect("cims.<service>.v1.Name") {
            "audit" | "delivery" | "dictionary" | "event" | "handover" | "resource" => "customer",
            name => name,
        };
        let channel = Channel::lazy(self.service_url(name), None).expect("an address");
        let mut client = Grpc::new(channel);
        client.ready().await.expect("the service listens");
        let answer = client.unary(call, PathAndQuery::from_static(&method.path), Raw).await?.into_inner();
        let mut out = Vec::new();
        to_json(method.response(), &answer, &mut out).expect("the service answers messages");
        Ok(serde_json::from_slice(&out).expect("JSON"))
    }
}
