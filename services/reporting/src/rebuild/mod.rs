//! Every figure anew, from the events of the services themselves.
//!
//! The events go through the same functions as the live ones, on a connection of their own where temporary tables of
//! the same names stand before the service's, and the result then takes the place of the old in one transaction. Readers see
//! the old figures until it ends. The consumer waits for its turn meanwhile: what it applied before stands in the services'
//! events and is read here, and what comes later it applies afterwards, so that nothing is lost between the two.

mod store;

pub use store::REBUILDING;

use kit::{Failure, events::Replay, service::Context};

use crate::{
    events::notices,
    facts::{self, Facts},
};

/// Records written at once: many change the same counters, which are then written once.
const CHUNK: usize = 20_000;

/// What a rebuild did.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Rebuilt {
    /// Events read.
    pub events: usize,
    /// Rows of facts that were wrong, missing or too many before. Events that were waiting count too.
    pub corrected: u64,
}

/// Builds every figure anew.
///
/// # Errors
/// When a service or the database is out of reach; the old figures then stay.
pub async fn rebuild(context: &Context) -> Result<Rebuilt, Failure> {
    let mut connection = store::open(&context.pool).await?;
    let mut events = 0;
    // Customers first: contact records then find their customer there.
    for (service, subject) in [("customer", "customer.customer"), ("interaction", "interaction.interaction")] {
        let mut pages = Replay::new(context.peer(service)?, &[subject]);
        let mut facts = Facts::default();
        while let Some(page) = pages.next().await? {
            events += page.len();
            facts.read(&page)?;
            if facts.len() >= CHUNK {
                facts::store::write(&mut connection, &std::mem::take(&mut facts), false).await?;
            }
        }
        facts::store::write(&mut connection, &facts, false).await?;
    }
    let corrected = store::replace(&mut connection).await?;
    let holders = store::holders(&mut connection).await?;
    store::close(connection).await?;
    context.notices.send(&notices(holders)).await;
    Ok(Rebuilt { events, corrected })
}
