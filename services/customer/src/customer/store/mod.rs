//! Every SQL statement on customers.

mod bulk;
mod read;
mod rows;
mod twins;

pub use bulk::insert_all;
pub use read::{find, find_all, find_with_contacts, find_within};
pub use rows::{insert, lock, put_contact_summary, put_tags, update};
pub use twins::{Owned, Twin, credit_code_holder, owners, twins};
