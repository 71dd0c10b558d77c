//! The chain of seals: every event of a service, in batches, each signed by a key outside the database and naming the
//! one before. The ends of the chains ([`Head`]) stand in another service's seals too, so that cutting one off is seen.
//! docs/decisions/0018-seals.md says what is found and what is not.

mod digest;
mod entry;
mod head;
mod key;
mod restore;
mod seal;
mod sealer;
mod store;
mod verify;

pub use head::{Head, server};
pub use key::{ALLOWED, AuditKeys};
pub use restore::mark_restored;
pub use sealer::{Sealer, seal};
pub use verify::{Chain, Fault, Report, verify};
