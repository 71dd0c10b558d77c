//! Reads an uploaded spreadsheet row by row: xlsx, or text separated by comma, semicolon or tab.
//!
//! The bytes decide what the file is, not its name. Everything a file could make large is bounded
//! (see [`limits`]); breaking a bound is an [`Error`] with a stable code, never a cut.
//!
//! ```
//! let mut workbook = sheet::Workbook::open("name,phone\nAcme,010-62751234\n".as_bytes(), "list.csv")?;
//! for row in workbook.rows(0)? {
//!     let row = row?;
//!     println!("{}: {}", row.number, row.cell(0).text());
//! }
//! # Ok::<(), sheet::Error>(())
//! ```

mod archive;
mod cell;
mod delimited;
mod encoding;
mod error;
pub mod limits;
mod workbook;
mod xlsx;

pub use cell::{Cell, Row};
pub use error::Error;
pub use workbook::{Rows, Workbook};
