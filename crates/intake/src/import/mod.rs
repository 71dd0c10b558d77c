//! Reading an uploaded list of customers (C-07).
//!
//! [`HeaderWords`] say which header means which field, [`Layout::guess`] finds the header row by them,
//! [`check_row`] makes a [`Draft`] of a row or says what is wrong with it, and [`Seen`] tells the duplicates,
//! of an earlier row and of customers that exist. [`check`] does it all for a caller whose look-ups do not wait.
//!
//! A row is *rejected* when a value cannot be kept as what it claims to be: no name, a phone, e-mail, date or
//! amount that is none, a wrong credit code, an unknown type or level. It is *flagged* when it can be kept and
//! somebody should look; see [`Flag`]. What finds no field of its own goes into the remarks, never away.

mod check;
mod context;
mod draft;
mod duplicates;
mod error;
mod field;
mod header;
mod kind;
mod layout;
mod limits;
mod people;
mod place;
mod row;
mod values;

pub use check::{CheckError, check, find_header};
pub use context::{Context, Dictionaries, Owners};
pub use draft::{Contact, CustomerType, Draft, Flag, LabelledPhone};
pub use duplicates::{Checked, Existing, Keys, Match, Outcome, Seen, Twin, Verdict};
pub use error::{ErrorCode, Problem, RowError};
pub use field::Field;
pub use header::HeaderWords;
pub use layout::{Column, Layout, MappingError};
pub use row::check_row;
pub use sheet::{Cell, Row};
