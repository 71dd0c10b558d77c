//! The order of a list: `name` or `lastContactTime desc`.

use super::{Reader, operand::visibility};
use crate::{
    problem::{Failure, Violation, code},
    schema::{FieldTable, MessageTable},
};

/// By one field, what is empty last.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    pub field: &'static FieldTable,
    pub descending: bool,
}

impl Order {
    /// The order that `order_by` of a request names; none when it names none.
    ///
    /// # Errors
    /// When there is no such field to sort by, or the reader does not see it in clear.
    pub fn parse(table: &'static MessageTable, text: &str, reader: &Reader<'_>) -> Result<Option<Order>, Failure> {
        const POINTER: &str = "/orderBy";
        let mut words = text.split_whitespace();
        let Some(name) = words.next() else { return Ok(None) };
        let descending = match (words.next(), words.next()) {
            (None | Some("asc"), None) => false,
            (Some("desc"), None) => true,
            _ => return Err(Failure::field(POINTER, code::FORMAT, format!("{name}, {name} desc"))),
        };
        let sortable = |field: &&FieldTable| field.rules.sortable;
        let Some(field) = table.field_by_json(name).filter(sortable) else {
            let allowed: Vec<&str> = table.fields.iter().filter(sortable).map(|field| field.json.as_str()).collect();
            return Err(Failure::field(POINTER, code::NOT_ALLOWED, allowed.join(", ")));
        };
        if !visibility(field, reader).is_seen() {
            return Err(Failure::Invalid(vec![Violation::of(field, POINTER, code::NOT_VISIBLE)]));
        }
        Ok(Some(Order { field, descending }))
    }
}
