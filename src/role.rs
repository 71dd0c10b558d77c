//! The roles of the binary: one per container, or all in one process.

use std::net::{Ipv4Addr, SocketAddr};

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Role {
    Identity,
    Customer,
    Interaction,
    Tagging,
    Reporting,
    Gateway,
}

impl Role {
    /// The roles that speak gRPC and own a schema.
    pub const SERVICES: [Role; 5] = [Role::Identity, Role::Customer, Role::Interaction, Role::Tagging, Role::Reporting];

    pub fn name(self) -> &'static str {
        match self {
            Role::Identity => "identity",
            Role::Customer => "customer",
            Role::Interaction => "interaction",
            Role::Tagging => "tagging",
            Role::Reporting => "reporting",
            Role::Gateway => "gateway",
        }
    }

    /// Where a service listens when it runs alone and nobody says otherwise.
    pub fn default_address(self) -> SocketAddr {
        let port = match self {
            Role::Identity => 9101,
            Role::Customer => 9102,
            Role::Interaction => 9103,
            Role::Tagging => 9104,
            Role::Reporting => 9105,
            Role::Gateway => 8080,
        };
        SocketAddr::from((Ipv4Addr::LOCALHOST, port))
    }
}
