//! Every SQL statement on imports.

mod imports;
mod pieces;
mod rows;
mod work;

pub use imports::{
    add, claim, fail, find, list, lock, ready, renew, revert_done, start_check, succeed, update, waiting_since,
};
pub use pieces::{add_piece, forget_file, piece};
pub use rows::{
    Alike, Asked, Counts, NewRow, Row, alike, count, drop_rows, forget_rows, kept_rows, last_row, numbered, put_rows,
    rows,
};
pub use work::{
    Done, Holders, Revert, Waiting, Written, code_holders, done, hold, hold_keys, kept, key_holders, lock_customers,
    need_not_last, revert_rows, revert_to_do, run_to_do, skip, state_before, twice, waiting,
};
