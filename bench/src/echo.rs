//! A customer service without a database behind the layer that every service has: what is left of a request's cost when
//! the service does nothing.

use std::{net::SocketAddr, sync::Arc};

use anyhow::{Context, Result};
use cims_proto::customer::v1::{
    CreateCustomerRequest, Customer, GetCustomerRequest,
    customers_server::{Customers, CustomersServer},
};
use kit::{
    auth::{GrantsCache, PublicKey, ServiceSecret, ServiceTokens, Verifier},
    client::Channel,
    clock::Clock,
    config,
    layer::Guard,
    server, within,
};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, service::Routes};

use crate::data;

#[derive(Debug)]
struct Echo {
    read: Customer,
}

/// Serves until killed, by the settings of the customer service.
pub async fn serve() -> Result<()> {
    let address: SocketAddr = config::required("CIMS_CUSTOMER_ADDR", "host:port")?;
    let identity: String = config::required("CIMS_IDENTITY_URL", "http://host:port")?;
    let secret = config::secret("CIMS_SERVICE_SECRET")?.context("CIMS_SERVICE_SECRET is not set")?;
    let public = config::secret("CIMS_VERIFYING_KEY")?.context("CIMS_VERIFYING_KEY is not set")?;
    let (secret, public, clock) = (ServiceSecret::new(&secret)?, PublicKey::from_pem(&public)?, Clock::system());
    let tokens = Arc::new(ServiceTokens::new("customer", secret.clone(), clock.clone()));
    let guard = Guard {
        verifier: Arc::new(Verifier::new(public, secret, clock)),
        grants: GrantsCache::start(Channel::lazy(&identity, Some(tokens))?, CancellationToken::new()),
        dictionaries: None,
    };
    let record = data::record(0);
    let mut read = record.customer.into_proto();
    read.contacts = record.contacts.into_iter().map(Into::into).collect();
    let routes = Routes::new(CustomersServer::new(Echo { read }));
    let (_, visitors) = within::door();
    server::serve(server::bind(address).await?, visitors, routes, guard, CancellationToken::new()).await?;
    Ok(())
}

#[tonic::async_trait]
impl Customers for Echo {
    async fn get_customer(&self, request: Request<GetCustomerRequest>) -> Result<Response<Customer>, Status> {
        let (_, request) = kit::open(request)?;
        Ok(Response::new(Customer { id: request.id, ..self.read.clone() }))
    }

    async fn create_customer(&self, request: Request<CreateCustomerRequest>) -> Result<Response<Customer>, Status> {
        let (_, request) = kit::open(request)?;
        Ok(Response::new(request.customer.unwrap_or_default()))
    }
}
