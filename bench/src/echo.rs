//! A customer service without a database behind the layer that every service has: what is left of a request's cost when
//! the service does nothing.

use std::{net::SocketAddr, sync::Arc};

use anyhow::{Context, Result};
use cims_proto::customer::v1::{
    CreateCustomerRequest, Customer, GetCustomerRequest, SearchCustomersRequest, SearchCustomersResponse,
    customers_server::{Customers, CustomersServer},
    search_customers_response,
};
use kit::{
    auth::{GrantsCache, PublicKey, ServiceSecret, ServiceTokens, Verifier},
    client::Channel,
    clock::Clock,
    layer::Guard,
    secret::Secrets,
    server,
};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, service::Routes};

use crate::{data, settings::variable};

#[derive(Debug)]
struct Echo {
    read: Customer,
    found: SearchCustomersResponse,
}

/// Customers on a page.
const PAGE: u64 = 50;

/// Serves until killed, by the settings of the customer service.
pub async fn serve() -> Result<()> {
    let address: SocketAddr = variable("CIMS_CUSTOMER_ADDR").read()?;
    let identity: String = variable("CIMS_IDENTITY_URL").read()?;
    let secret = variable("CIMS_SERVICE_SECRET").secret()?.context("CIMS_SERVICE_SECRET is not set")?;
    let public = variable("CIMS_VERIFYING_KEY").secret()?.context("CIMS_VERIFYING_KEY is not set")?;
    let sealing = variable("CIMS_SECRET_KEY").secret()?.context("CIMS_SECRET_KEY is not set")?;
    let (secret, public, clock) = (ServiceSecret::new(&secret)?, PublicKey::from_pem(&public)?, Clock::system());
    let tokens = Arc::new(ServiceTokens::new("customer", secret.clone(), clock.clone()));
    let guard = Guard {
        verifier: Arc::new(Verifier::new(public, secret, clock)),
        grants: GrantsCache::start(Channel::lazy(&identity, Some(tokens))?, CancellationToken::new()),
        dictionaries: None,
        secrets: Some(Secrets::parse(&sealing)?),
    };
    let record = data::record(0);
    let mut read = record.customer.into_proto();
    read.contacts = record.contacts.into_iter().map(Into::into).collect();
    let result = |number| search_customers_response::Result {
        customer: Some(data::record(number).customer.into_proto()),
        reasons: Vec::new(),
    };
    let found = SearchCustomersResponse { results: (0..PAGE).map(result).collect(), ..Default::default() };
    let routes = Routes::new(CustomersServer::new(Echo { read, found }));
    server::serve(server::bind(address).await?, routes, guard, CancellationToken::new()).await?;
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

    async fn search_customers(
        &self,
        request: Request<SearchCustomersRequest>,
    ) -> Result<Response<SearchCustomersResponse>, Status> {
        kit::open(request)?;
        Ok(Response::new(self.found.clone()))
    }
}
