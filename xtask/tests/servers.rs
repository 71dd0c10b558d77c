//! The private servers on the programs of this machine.

use std::net::TcpStream;

use anyhow::{Context, Result};
use xtask::servers::{Durability, Postgres, RabbitMq, ServersFolder, temporary};

/// Whether somebody listens on the port that the URL names.
fn answers(url: &str) -> Result<bool> {
    let address = url.split_once('@').and_then(|(_, rest)| rest.split('/').next());
    Ok(TcpStream::connect(address.context("a URL without address")?).is_ok())
}

#[test]
fn postgres_survives_a_crash_and_stops_with_its_value() -> Result<()> {
    let programs = xtask::install::servers(true, false)?.postgres.context("no PostgreSQL")?;
    let folder = temporary()?;
    let mut server = Postgres::start(&programs, &folder.path().join("postgres"), Durability::Scratch)?;
    let url = server.url();
    assert!(answers(&url)?);

    server.kill();
    assert!(!answers(&url)?);
    server.start_again()?;
    assert_eq!(server.url(), url);
    assert!(answers(&url)?);

    drop(server);
    assert!(!answers(&url)?);
    Ok(())
}

#[test]
fn rabbitmq_survives_a_crash_and_stops_with_its_value() -> Result<()> {
    let programs = xtask::install::servers(false, true)?.rabbitmq.context("no RabbitMQ")?;
    let folder = temporary()?;
    let mut server = RabbitMq::start(&programs, &folder.path().join("rabbitmq"))?;
    let url = server.url();
    assert!(answers(&url)?);

    server.kill();
    assert!(!answers(&url)?);
    server.start_again()?;
    assert_eq!(server.url(), url);
    assert!(answers(&url)?);

    drop(server);
    assert!(!answers(&url)?);
    Ok(())
}

#[test]
fn a_data_folder_serves_one_at_a_time() -> Result<()> {
    let folder = temporary()?;
    let first = ServersFolder::open(folder.path())?;
    assert!(ServersFolder::open(folder.path()).is_err());
    drop(first);
    assert!(ServersFolder::open(folder.path()).is_ok());
    Ok(())
}
