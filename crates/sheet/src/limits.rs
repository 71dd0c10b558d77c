//! How much of a file is read.

/// Rows of a sheet, as many as Excel has.
pub const ROWS: u32 = 1_048_576;
/// Columns of a sheet that may hold something.
pub const COLUMNS: u32 = 500;
/// Characters of one cell, as many as Excel has.
pub const TEXT_CHARACTERS: usize = 32_767;
/// Bytes of text in one row: a shared text is short in the file however often cells repeat it.
pub const ROW_TEXT_BYTES: usize = 512 * 1024;
/// Files inside an xlsx.
pub const ENTRIES: usize = 200;
/// Bytes of an xlsx, unpacked.
pub const UNPACKED_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// Bytes of an xlsx, unpacked, for each byte of the file. A real list packs to a tenth.
pub const UNPACKED_PER_BYTE: u64 = 100;
