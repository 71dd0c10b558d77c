//! Sessions of the people who make the load.

use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};

use super::{
    CONNECTIONS,
    http::{Connection, post},
};
use crate::data::{DEPARTMENTS, REPRESENTATIVES, manager_name, representative_name};

/// Whose customers a person reaches.
#[derive(Clone, Copy, Debug)]
pub enum Reach {
    All,
    Department(u64),
    Own(u64),
}

/// A signed-in person.
#[derive(Clone, Debug)]
pub struct Person {
    pub reach: Reach,
    /// The header's line.
    pub authorization: String,
}

impl Reach {
    /// A customer within it. Owner and department of a customer are its number modulo how many there are.
    pub fn customer(self, random: u64, customers: u64) -> u64 {
        match self {
            Reach::All => random % customers,
            Reach::Department(department) => random % (customers / DEPARTMENTS) * DEPARTMENTS + department,
            Reach::Own(owner) => random % (customers / REPRESENTATIVES) * REPRESENTATIVES + owner,
        }
    }
}

/// One person per connection: an administrator, a service agent who sees phones masked, managers of eight departments
/// and eight representatives.
pub async fn readers(address: SocketAddr, password: &str) -> Result<Vec<Person>> {
    let administrator = sign_in(address, "admin", password, Reach::All).await?;
    let agent = sign_in(address, "service1", password, Reach::All).await?;
    let mut people = Vec::with_capacity(CONNECTIONS);
    for turn in 0..CONNECTIONS as u64 / 4 {
        people.push(administrator.clone());
        people.push(agent.clone());
        people.push(sign_in(address, &manager_name(turn), password, Reach::Department(turn)).await?);
        people.push(sign_in(address, &representative_name(turn), password, Reach::Own(turn)).await?);
    }
    Ok(people)
}

/// One representative per connection.
pub async fn writers(address: SocketAddr, password: &str) -> Result<Vec<Person>> {
    let mut people = Vec::with_capacity(CONNECTIONS);
    for turn in 0..CONNECTIONS as u64 {
        people.push(sign_in(address, &representative_name(turn), password, Reach::Own(turn)).await?);
    }
    Ok(people)
}

pub async fn sign_in(address: SocketAddr, username: &str, password: &str, reach: Reach) -> Result<Person> {
    let body = serde_json::json!({ "username": username, "password": password }).to_string();
    let mut connection = Connection::open(address).await?;
    let status = connection.exchange(post("/v1/sessions", "", &body).as_bytes()).await?;
    ensure!(status == 201 || status == 200, "{username}: {status} {}", String::from_utf8_lossy(connection.body()));
    let session: serde_json::Value = serde_json::from_slice(connection.body())?;
    let token = session["accessToken"].as_str().context("no access token")?;
    Ok(Person { reach, authorization: format!("authorization: Bearer {token}\r\n") })
}
