//! The least that any server of ours could spend on a read: axum, the pool and the statement, without session, permission, masking
//! and messages. What is measured of it no work on CIMS can save.

use std::net::SocketAddr;

use anyhow::Result;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use customer::customer::{access::Within, store};
use kit::{
    Scope,
    clock::Clock,
    database::{self, Pool, PoolSettings},
};
use uuid::Uuid;

use crate::settings::variable;

/// Serves until killed, by the settings of the customer service.
pub async fn serve() -> Result<()> {
    let address: SocketAddr = variable("CIMS_CUSTOMER_ADDR").read()?;
    let url: String = variable("CIMS_DATABASE_URL").read()?;
    let url = database::service_url(&url, "customer", None)?;
    let pool = database::connect(url, PoolSettings { connections: 32, ..PoolSettings::default() })?;
    let router = Router::new().route("/v1/customers/{id}", get(read)).with_state((pool, Clock::system()));
    Ok(axum::serve(tokio::net::TcpListener::bind(address).await?, router).await?)
}

/// An answer as long as the customer is, written by nobody.
async fn read(State((pool, clock)): State<(Pool, Clock)>, Path(id): Path<Uuid>) -> Result<String, StatusCode> {
    const LENGTH: usize = 900;
    let within = Within { scope: &Scope::Everything, writing: false, now: clock.now() };
    match store::find_within(&pool, id, within).await {
        Ok(Some(customer)) => Ok(format!("{:<LENGTH$}", customer.name)),
        Ok(None) => Err(StatusCode::NOT_FOUND),
        Err(_) => Err(StatusCode::SERVICE_UNAVAILABLE),
    }
}
