//! The catalogue of events: every type, what it says, what of it is personal and who follows it, as documents show it.

use kit::schema::{ChangeTable, MessageTable, personal_fields, schema};

use crate::places::topology;

/// A table in Markdown, a line for each subject. Two builds from the same protos give the same text.
pub fn catalogue() -> String {
    let mut all: Vec<(&ChangeTable, &MessageTable)> =
        schema().messages().iter().filter_map(|message| Some((message.change.as_ref()?, message))).collect();
    all.sort_by(|(one, _), (other, _)| one.subject.cmp(&other.subject));
    let mut text =
        "| subject | verbs | payload | says | personal | followed by |\n|---|---|---|---|---|---|\n".to_owned();
    for (change, payload) in all {
        let cells = [
            code(&change.subject),
            change.verbs.iter().map(|verb| code(verb)).collect::<Vec<_>>().join(" "),
            code(&payload.name),
            // A bar would end the column.
            payload.comment.replace('|', "\\|"),
            personal(payload),
            followers(change),
        ];
        text += &format!("| {} |\n", cells.join(" | "));
    }
    text
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

/// The fields of a record once, though they stand in its state before and in the one after.
fn personal(payload: &MessageTable) -> String {
    let mut fields: Vec<String> = Vec::new();
    for path in personal_fields(payload) {
        let field = path.strip_prefix("before.").or(path.strip_prefix("after.")).unwrap_or(&path);
        let field = code(field);
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    fields.join(" ")
}

fn followers(change: &ChangeTable) -> String {
    let subscriptions = topology().subscriptions;
    let follow = subscriptions.iter().filter(|own| change.types().any(|event_type| own.follows(&event_type)));
    let names: Vec<&str> = follow.map(|own| own.consumer).collect();
    if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
}
