//! Every SQL statement on customers.

mod insert;
mod read;
mod rows;
mod twins;

pub use insert::{insert, insert_all};
pub use read::{find, find_all, find_with_contacts, find_within};
pub use rows::{lock, put_contact_summary, put_tags, update};
pub use twins::{Owned, Twin, credit_code_holder, owners, twins};
