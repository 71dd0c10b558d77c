//! The rules by which what people write becomes a customer: phones, names, codes, days, amounts, and whole sheets of them.
//!
//! Pure: nothing here reads a database, a clock or a file. The rules for one value serve entry by hand and
//! import alike; [`import`] reads an uploaded list with them (C-07); [`search`] makes the words by which a
//! customer is found (T-04).

pub mod amount;
pub mod credit_code;
pub mod date;
pub mod dictionary;
pub mod email;
pub mod homepage;
pub mod import;
pub mod name;
pub mod phone;
pub mod search;
pub mod text;
