//! Reads an uploaded spreadsheet row by row: xlsx, xls, or text separated by comma, semicolon or tab.
//!
//! What the bytes are decides, and the name must agree. Everything a file could make large is bounded (see [`limits`]);
//! breaking a bound is an [`Error`] with a stable code, never a cut. No file is ever whole in memory, but for the old xls.
//!
//! A file from outside is read by a process of its own, whose memory is limited: that one calls [`spool::write`], and
//! whoever started it reads the rows with [`Spool`].
//!
//! ```
//! let text = std::io::Cursor::new("name,phone\nAcme,010-62751234\n");
//! let mut workbook = sheet::Workbook::open(text, "list.csv")?;
//! for row in workbook.rows(0)? {
//!     let row = row?;
//!     println!("{}: {}", row.number, row.cell(0).text());
//! }
//! # Ok::<(), sheet::Error>(())
//! ```

mod archive;
mod cell;
mod date;
mod delimited;
mod encoding;
mod error;
pub mod limits;
pub mod spool;
mod workbook;
mod xls;
mod xlsx;

pub use cell::{Cell, Row};
pub use error::Error;
pub use spool::Spool;
pub use workbook::{Rows, Source, Workbook};
