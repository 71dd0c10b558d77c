//! Tables made from the descriptors once at start, by which the wire form of any message is validated, masked, split,
//! compared and turned into JSON and back, without decoding it into a type.
//!
//! Why tables over wire bytes and neither generated code nor `DynamicMessage`: docs/decisions/0001.

mod change;
mod diff;
mod field_rule;
mod from_json;
mod id_number;
mod mask;
mod path;
mod rules;
mod sealed;
mod split;
mod table;
mod to_json;
mod validate;
mod veil;
mod wire;
mod write_rule;

pub use change::{ChangeTable, event_type};
pub use diff::{changed_fields, merge};
pub use field_rule::{FieldRuleTable, RecordTable};
pub use from_json::{any, from_json};
pub use id_number::fits as is_id_number;
pub use mask::{FieldRules, Visibility, mask, star};
pub use path::{along, steps};
pub use rules::{Format, Rules};
pub use sealed::{conceal, digests, is_sealed, open, renewed, same, seal, sealed_text, word, words};
pub use split::{parts, personal_fields, split};
pub use table::{Binding, EnumTable, FieldTable, Kind, MessageTable, MethodTable, Schema, WellKnown, schema};
pub use to_json::{field_to_json, to_json};
pub use validate::{Dictionaries, ITEM_LIMIT, TEXT_LIMIT, validate};
pub use veil::veil;
pub use wire::Malformed;
pub use write_rule::{unaskable, unwritable};

use prost::{Message, Name};

/// The table of a generated type.
pub fn table_of<M: Name>() -> &'static MessageTable {
    schema().message(&M::full_name()).expect("a generated type stands in the descriptors it was generated from")
}

/// The JSON object of a message, as HTTP clients see it.
pub fn json_of<M: Message + Name>(message: &M) -> serde_json::Value {
    let mut out = Vec::new();
    to_json(table_of::<M>(), &message.encode_to_vec(), &mut out).expect("a message that was just encoded");
    serde_json::from_slice(&out).expect("to_json writes JSON")
}
