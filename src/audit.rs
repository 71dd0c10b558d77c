//! `cims audit`: verifying the chains of seals, and marking a restore in them.

use std::{fs, io::ErrorKind, path::Path};

use kit::{
    Failure,
    audit::{self, AuditKeys, Chain, Head, Report},
    database::{self, PoolSettings},
};

use crate::{process::keeper_of_heads, role::Role, settings::Settings, variables::AUDIT_KEY};

/// One chain is read at a time, and others are looked into.
const CONNECTIONS: u32 = 2;

/// Verifies every service's chain, also against the heads that the file has of an earlier time. When all hold, the file
/// gets the heads of now.
///
/// # Errors
/// When the database is out of reach, or the file cannot be read or written.
pub async fn verify_audit(settings: &Settings, file: Option<&Path>) -> Result<Vec<Report>, Failure> {
    let (keys, noted, chains) = (keys(settings)?, noted(file)?, chains(settings)?);
    let reports = audit::verify(&chains, &noted, &keys).await;
    close(chains).await;
    let reports = reports?;
    if let Some(path) = file
        && reports.iter().all(|report| report.faults.is_empty())
    {
        let lines = reports.iter().filter_map(|report| report.head.as_ref()).map(|head| head.to_line() + "\n");
        fs::write(path, lines.collect::<String>()).map_err(|error| unusable(path, error))?;
    }
    Ok(reports)
}

/// Marks in every chain that the database was restored; answers the services with the number of seals that the restore
/// lost, as far as another service or the file knows of them.
///
/// # Errors
/// As [`verify_audit`].
pub async fn mark_restored(settings: &Settings, file: Option<&Path>) -> Result<Vec<(&'static str, i64)>, Failure> {
    let (keys, noted, chains) = (keys(settings)?, noted(file)?, chains(settings)?);
    let mut lost = Vec::with_capacity(chains.len());
    for (chain, role) in chains.iter().zip(Role::SERVICES) {
        let keeper = chains.iter().find(|chain| chain.service == keeper_of_heads(role).name());
        let keeper = keeper.ok_or_else(|| Failure::internal("every service's heads are kept by another"))?;
        let own = noted.iter().find(|head| head.service == chain.service);
        let marked = audit::mark_restored(chain, keeper, own, &keys, &settings.clock).await?;
        lost.push((chain.service, marked));
    }
    close(chains).await;
    Ok(lost)
}

fn keys(settings: &Settings) -> Result<AuditKeys, Failure> {
    settings.keys.audit.clone().ok_or_else(|| Failure::internal(AUDIT_KEY.missing()))
}

/// In the order of [`Role::SERVICES`].
fn chains(settings: &Settings) -> Result<Vec<Chain>, Failure> {
    let pool = PoolSettings { connections: CONNECTIONS, ..PoolSettings::default() };
    let chain =
        |role: Role| Ok(Chain { service: role.name(), pool: database::connect(settings.database.url(role)?, pool)? });
    Role::SERVICES.into_iter().map(chain).collect()
}

async fn close(chains: Vec<Chain>) {
    for chain in chains {
        chain.pool.close().await;
    }
}

/// Heads written down elsewhere, one a line; none while the file is not there yet.
fn noted(file: Option<&Path>) -> Result<Vec<Head>, Failure> {
    let Some(path) = file else { return Ok(Vec::new()) };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unusable(path, error)),
    };
    let head = |line: &str| Head::parse_line(line).ok_or_else(|| unusable(path, "a line is no head"));
    text.lines().map(head).collect()
}

fn unusable(path: &Path, error: impl std::fmt::Display) -> Failure {
    Failure::internal(format!("{}: {error}", path.display()))
}
