//! How much of a file is read.

/// Rows of a sheet, as many as Excel has.
pub const ROWS: u32 = 1_048_576;
/// Columns of a sheet that may hold something.
pub const COLUMNS: u32 = 500;
/// Characters of one cell, as many as Excel has.
pub const TEXT_CHARACTERS: usize = 32_767;
/// Bytes of text in one row: a shared text is short in the file however often cells repeat it.
pub const ROW_TEXT_BYTES: usize = 512 * 1024;
/// Bytes of an xlsx's XML between one tag and the next; the longest text takes at most half of it, however it is escaped.
pub const MARKUP_BYTES: usize = 512 * 1024;
/// Files inside an xlsx.
pub const ENTRIES: usize = 200;
/// Bytes of an xlsx, unpacked, and of all texts of its cells.
pub const UNPACKED_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// Bytes of an xlsx, unpacked, for each byte of the file. A real list packs to a tenth.
pub const UNPACKED_PER_BYTE: u64 = 100;
/// Bytes of all texts that even a small file may have: a column that repeats one text packs very well.
pub const TEXT_BYTES_ALWAYS: u64 = 64 * 1024 * 1024;
/// Bytes of shared texts in memory; beyond them they go to a temporary file.
pub const STRINGS_IN_MEMORY: usize = 8 * 1024 * 1024;
