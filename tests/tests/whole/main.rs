//! The whole system, through its doors. One program, because linking one for each file takes longer than the tests.

mod api_keys;
mod bulk;
mod contacts;
mod deployment;
mod events;
mod faults;
mod fields;
mod import;
mod import_faults;
mod import_files;
mod import_wizard;
mod interactions;
mod lease;
mod organisation;
mod passwords;
mod permissions;
mod roles;
mod search;
mod second_factor;
mod sessions;
mod setup;
mod sign_ins;
mod story;
mod tags;
mod users;
mod writes;
