//! Paths to one value of a record: `email`, `phones[0]`, `contacts[ID].phones[0]`.

use super::table::{FieldTable, MessageTable};

/// The steps of a path: a field's JSON name, and what stands in brackets behind it. None of what is no step.
pub fn steps(path: &str) -> impl Iterator<Item = Option<(&str, Option<&str>)>> {
    // The number of a phone need not be said.
    path.split('.').chain(path.ends_with(']').then_some("number")).map(step)
}

fn step(text: &str) -> Option<(&str, Option<&str>)> {
    match text.split_once('[') {
        None => Some((text, None)),
        Some((name, rest)) => Some((name, Some(rest.strip_suffix(']')?))),
    }
}

/// The fields along a path within a record, as far as it leads.
pub fn along(record: &'static MessageTable, path: &str) -> Vec<&'static FieldTable> {
    let mut table = Some(record);
    let field = |step: Option<(&str, Option<&str>)>| {
        let field = table?.field_by_json(step?.0)?;
        table = field.message();
        Some(field)
    };
    steps(path).map_while(field).collect()
}
