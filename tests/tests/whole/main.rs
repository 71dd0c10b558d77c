//! The whole system, through its doors. One program, because linking one for each file takes longer than the tests.

mod bulk;
mod contacts;
mod deployment;
mod events;
mod faults;
mod field_rules;
mod fields;
mod import;
mod import_faults;
mod import_files;
mod import_wizard;
mod interactions;
mod lease;
mod organisation;
mod permissions;
mod roles;
mod search;
mod sessions;
mod story;
mod tags;
mod users;
mod writes;
