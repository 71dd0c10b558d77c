//! Whether a server allows the connections that a process may take: under full load is no time to learn it.

use std::{collections::HashMap, time::Duration};

use chrono::{DateTime, Utc};

use super::Pool;
use crate::problem::Failure;

/// Between attempts: a database may come later than the process.
const RETRY: Duration = Duration::from_secs(1);

/// What a server allows.
struct Room {
    /// When it started: no two servers did at the same microsecond.
    server: DateTime<Utc>,
    max_connections: i32,
    /// For administrators alone.
    reserved: i32,
}

/// Asks the servers once they answer, and warns of each that allows fewer connections than the services on it may take:
/// the pools are one of each service. All goes on as before; what finds no connection is refused.
pub async fn compare_room(pools: &[Pool]) {
    let mut servers: HashMap<DateTime<Utc>, (Room, usize)> = HashMap::new();
    for pool in pools {
        let room = answered(pool).await;
        servers.entry(room.server).or_insert((room, 0)).1 += pool.limit();
    }
    for (room, wanted) in servers.into_values() {
        let allowed = usize::try_from(room.max_connections - room.reserved).unwrap_or_default();
        if wanted > allowed {
            let max_connections = room.max_connections;
            tracing::warn!(
                wanted,
                max_connections,
                "under full load this process wants more connections than the database allows: raise max_connections of \
                 PostgreSQL"
            );
        }
    }
}

async fn answered(pool: &Pool) -> Room {
    loop {
        match room(pool).await {
            Ok(room) => return room,
            Err(failure) => tracing::debug!(%failure, "the database did not say how many connections it allows"),
        }
        tokio::time::sleep(RETRY).await;
    }
}

async fn room(pool: &Pool) -> Result<Room, Failure> {
    let room = sqlx::query_as!(
        Room,
        r#"select pg_postmaster_start_time() as "server!", current_setting('max_connections')::int4 as "max_connections!",
            current_setting('superuser_reserved_connections')::int4 as "reserved!""#
    );
    Ok(room.fetch_one(pool).await?)
}
