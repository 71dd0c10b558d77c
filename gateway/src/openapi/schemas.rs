//! JSON schemas of messages: what an answer always holds, and what a request may hold.

use kit::schema::{FieldTable, Format, ITEM_LIMIT, Kind, MessageTable, Rules, TEXT_LIMIT, WellKnown};
use serde_json::{Map, Value, json};

/// One message has up to three forms.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
    /// In an answer: fields without presence are always there.
    Answer,
    /// In a body: what the server writes is left out, and required fields are required.
    Input,
    /// In the body of a PATCH: nothing is required, and what never changes is left out.
    Patch,
}

/// The schemas that operations refer to, gathered as they are asked for.
#[derive(Debug, Default)]
pub struct Schemas {
    all: Map<String, Value>,
}

/// "cims.customer.v1.Import.Column" → "ImportColumn"
pub fn name(full_name: &str) -> String {
    full_name.split('.').filter(|part| part.starts_with(char::is_uppercase)).collect()
}

impl Schemas {
    pub fn into_map(self) -> Map<String, Value> {
        self.all
    }

    /// A reference to the message's schema, which is added when it is not there yet.
    pub fn message(&mut self, table: &'static MessageTable, form: Form) -> Value {
        let suffix = match form {
            Form::Answer => "",
            Form::Input => "Input",
            Form::Patch => "Patch",
        };
        self.named(format!("{}{suffix}", name(&table.name)), table, form, &[])
    }

    /// A request message that is itself the body, without the fields that stand in the path.
    pub fn request(&mut self, table: &'static MessageTable, except: &[&str]) -> Value {
        self.named(name(&table.name), table, Form::Input, except)
    }

    fn named(&mut self, name: String, table: &'static MessageTable, form: Form, except: &[&str]) -> Value {
        let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
        if !self.all.contains_key(&name) {
            // Before its fields: a message may contain itself.
            self.all.insert(name.clone(), Value::Null);
            let object = self.object(table, form, except);
            self.all.insert(name, object);
        }
        reference
    }

    fn object(&mut self, table: &'static MessageTable, form: Form, except: &[&str]) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for field in table.fields.iter().filter(|field| !except.contains(&field.name.as_str()) && belongs(field, form))
        {
            let must = match form {
                Form::Answer => !field.presence,
                Form::Input => field.rules.required || field.rules.min_items > 0,
                Form::Patch => false,
            };
            if must {
                required.push(field.json.clone());
            }
            properties.insert(field.json.clone(), self.field(field, form));
        }
        let mut object = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            object["required"] = required.into();
        }
        if form != Form::Answer {
            object["additionalProperties"] = false.into();
        }
        if form == Form::Patch {
            object["minProperties"] = 1.into();
        }
        describe(&mut object, &table.comment);
        object
    }

    /// The schema of a field's value, lists and maps included.
    pub fn field(&mut self, field: &FieldTable, form: Form) -> Value {
        let mut own = if field.map {
            let value = field.message().and_then(|entry| entry.field("value"));
            json!({ "type": "object", "additionalProperties": value.map_or(json!({}), |value| self.value(value, form, true)) })
        } else if field.repeated {
            let mut list = json!({ "type": "array", "items": self.value(field, form, true) });
            if form != Form::Answer {
                count(&mut list, &field.rules);
            }
            list
        } else {
            self.value(field, form, field.rules.required)
        };
        // A server-written field of a form that has it is one of an answer; clients skip it when they write.
        if field.rules.output_only || field.rules.identifier {
            own["readOnly"] = true.into();
        }
        label(&mut own, &field.rules);
        describe(&mut own, &field.comment);
        own
    }

    fn value(&mut self, field: &FieldTable, form: Form, filled: bool) -> Value {
        match &field.kind {
            Kind::Bool => json!({ "type": "boolean" }),
            Kind::Int32 => number(json!({ "type": "integer", "format": "int32" }), field, form),
            Kind::Uint32 => number(json!({ "type": "integer", "format": "int64", "minimum": 0 }), field, form),
            // Written as text, because not every reader holds 64 bits.
            Kind::Int64 | Kind::Uint64 => json!({ "type": "string", "format": "int64" }),
            Kind::Double | Kind::Float => json!({ "type": "number" }),
            Kind::Bytes => json!({ "type": "string", "contentEncoding": "base64" }),
            Kind::Enum(values) => json!({ "type": "string", "enum": values.allowed().collect::<Vec<_>>() }),
            Kind::Text => match form {
                // A field that was never set is answered as an empty text, which its own rules would refuse.
                Form::Answer => json!({ "type": "string" }),
                Form::Input | Form::Patch => text(&field.rules, filled),
            },
            Kind::Message(_) => match field.message() {
                Some(table) => self.inner(table, form),
                None => json!({}),
            },
        }
    }

    fn inner(&mut self, table: &'static MessageTable, form: Form) -> Value {
        match table.well_known {
            Some(WellKnown::Timestamp) => json!({ "type": "string", "format": "date-time" }),
            Some(WellKnown::FieldMask) => json!({ "type": "string" }),
            Some(WellKnown::Value) => json!({}),
            Some(WellKnown::Struct) => json!({ "type": "object", "additionalProperties": true }),
            Some(WellKnown::ListValue) => json!({ "type": "array", "items": {} }),
            // A record inside a record is written whole.
            None => self.message(table, if form == Form::Patch { Form::Input } else { form }),
        }
    }
}

fn belongs(field: &FieldTable, form: Form) -> bool {
    match form {
        Form::Answer => true,
        Form::Input => !field.rules.output_only && !field.rules.identifier,
        Form::Patch => field.rules.writable(),
    }
}

fn number(mut own: Value, field: &FieldTable, form: Form) -> Value {
    if form != Form::Answer {
        if let Some(minimum) = field.rules.minimum {
            own["minimum"] = minimum.into();
        }
        if let Some(maximum) = field.rules.maximum {
            own["maximum"] = maximum.into();
        }
    }
    own
}

fn text(rules: &Rules, filled: bool) -> Value {
    let mut own = json!({ "type": "string" });
    // A format or pattern bounds the length by itself.
    if rules.max_length > 0 || (rules.format.is_none() && rules.pattern.is_none()) {
        own["maxLength"] = if rules.max_length == 0 { TEXT_LIMIT } else { rules.max_length }.into();
    }
    if filled {
        own["minLength"] = rules.min_length.max(1).into();
        // More than blanks.
        own["pattern"] = "\\S".into();
    }
    if let Some((pattern, _)) = &rules.pattern {
        // An optional field may be emptied.
        let optional = if filled { "" } else { "?" };
        own["pattern"] = format!("^(?:{pattern}){optional}$").into();
    }
    if let Some(format) = rules.format {
        own["format"] = match format {
            Format::Uuid => "uuid",
            Format::Date => "date",
            Format::Money => "decimal",
            Format::Email => "email",
            Format::Url => "uri",
            Format::TimeZone => "time-zone",
            Format::IdNumber => "id-number",
        }
        .into();
        if filled && format != Format::Money {
            own.as_object_mut().map(|members| members.remove("pattern"));
        }
        if format == Format::Money {
            own["pattern"] = format!("^(?:[0-9]{{1,13}}(?:\\.[0-9]{{1,2}})?){}$", if filled { "" } else { "?" }).into();
        }
    }
    own
}

fn count(list: &mut Value, rules: &Rules) {
    list["maxItems"] = if rules.max_items == 0 { ITEM_LIMIT } else { rules.max_items }.into();
    let least = rules.min_items.max(usize::from(rules.required));
    if least > 0 {
        list["minItems"] = least.into();
    }
    if rules.unique_items {
        list["uniqueItems"] = true.into();
    }
}

/// Labels in both languages, and the dictionary whose codes the field takes.
fn label(own: &mut Value, rules: &Rules) {
    if !rules.en.is_empty() {
        own["title"] = rules.en.as_str().into();
    }
    if !rules.zh.is_empty() {
        own["x-title-zh"] = rules.zh.as_str().into();
    }
    if let Some(dictionary) = &rules.dictionary {
        own["x-dictionary"] = dictionary.as_str().into();
    }
}

fn describe(own: &mut Value, comment: &str) {
    if !comment.is_empty() {
        own["description"] = comment.into();
    }
}
