//! The tables themselves.

use std::{
    collections::{BTreeSet, HashMap},
    sync::LazyLock,
};

use prost_reflect::{
    DescriptorPool, DynamicMessage, EnumDescriptor, FieldDescriptor, Kind as ReflectKind, MessageDescriptor,
    MethodDescriptor,
};

use super::{
    change::ChangeTable,
    field_rule::{self, FieldRuleTable, RecordTable},
    rules::Rules,
};

/// Every message and method of the API.
#[derive(Debug)]
pub struct Schema {
    messages: Vec<MessageTable>,
    by_name: HashMap<String, usize>,
    methods: HashMap<String, MethodTable>,
    field_rules: Vec<FieldRuleTable>,
}

/// Messages whose JSON form is not an object of their fields.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WellKnown {
    Timestamp,
    FieldMask,
    /// google.protobuf.Value, Struct and ListValue: any JSON.
    Value,
    Struct,
    ListValue,
}

#[derive(Debug)]
pub struct MessageTable {
    /// "cims.customer.v1.Customer"
    pub name: String,
    /// Sorted by number.
    pub fields: Vec<FieldTable>,
    pub well_known: Option<WellKnown>,
    /// What `(cims.record)` says, of a record.
    pub record: Option<RecordTable>,
    /// What `(cims.change)` says, of an event's payload.
    pub change: Option<ChangeTable>,
    /// Where it stands in the schema.
    pub(super) index: usize,
    /// The field rules of the fields here and below, by their place in the schema.
    pub(super) ruled_by: BTreeSet<usize>,
    /// A secret stands here or below.
    pub holds_secret: bool,
    /// Comment in the proto.
    pub comment: String,
    by_json: HashMap<String, usize>,
}

#[derive(Debug)]
pub struct FieldTable {
    pub number: u32,
    /// "credit_code"
    pub name: String,
    /// "creditCode"
    pub json: String,
    /// How it begins behind another in a JSON object: `,"creditCode":`
    pub(super) member: String,
    /// "cims.customer.v1.Customer.credit_code"
    pub full_name: String,
    pub kind: Kind,
    pub repeated: bool,
    pub map: bool,
    /// An unset value differs from the default.
    pub presence: bool,
    pub rules: Rules,
    /// Place of its field rule in the schema.
    pub(super) field_rule: Option<usize>,
    pub comment: String,
}

#[derive(Debug)]
pub enum Kind {
    Bool,
    Int32,
    Int64,
    Uint32,
    Uint64,
    Double,
    Float,
    Text,
    Bytes,
    Enum(EnumTable),
    /// Index into the schema's messages.
    Message(usize),
}

#[derive(Debug)]
pub struct EnumTable {
    pub values: Vec<(i32, String)>,
}

impl EnumTable {
    pub fn name(&self, number: i32) -> Option<&str> {
        self.values.iter().find(|(own, _)| *own == number).map(|(_, name)| name.as_str())
    }

    /// Names that callers may send: all but the unspecified one.
    pub fn allowed(&self) -> impl Iterator<Item = &str> {
        self.values.iter().filter(|(number, _)| *number != 0).map(|(_, name)| name.as_str())
    }
}

/// One way to reach a method over HTTP.
#[derive(Debug)]
pub struct Binding {
    /// "GET"
    pub verb: &'static str,
    /// "/v1/customers/{id}:restore"
    pub path: String,
    /// The request's field that the body fills; "*" for the whole request, empty for none.
    pub body: String,
}

#[derive(Debug)]
pub struct MethodTable {
    /// "/cims.customer.v1.Customers/GetCustomer"
    pub path: String,
    pub service: String,
    pub name: String,
    pub permission: String,
    pub success_status: u16,
    pub summary: String,
    pub by_hand: bool,
    /// Also open to people who are restricted.
    pub unrestricted: bool,
    /// Not open to API keys.
    pub by_person: bool,
    /// Nothing is kept of it under an idempotency key.
    pub unkeyed: bool,
    pub client_streaming: bool,
    pub bindings: Vec<Binding>,
    request: usize,
    response: usize,
}

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::of(cims_proto::descriptors()));

/// The schema of this build.
pub fn schema() -> &'static Schema {
    &SCHEMA
}

impl Schema {
    fn of(pool: &DescriptorPool) -> Schema {
        let all: Vec<MessageDescriptor> = pool.all_messages().collect();
        let by_name: HashMap<String, usize> =
            all.iter().enumerate().map(|(index, message)| (message.full_name().to_owned(), index)).collect();
        let mut messages: Vec<MessageTable> =
            all.iter().enumerate().map(|(index, message)| MessageTable::of(message, index, &by_name)).collect();
        let field_rules = field_rule::assign(&mut messages);
        let methods = pool
            .services()
            .flat_map(|service| service.methods().collect::<Vec<_>>())
            .map(|method| MethodTable::of(&method, &by_name))
            .map(|method| (method.path.clone(), method))
            .collect();
        Schema { messages, by_name, methods, field_rules }
    }

    pub fn message(&self, full_name: &str) -> Option<&MessageTable> {
        self.by_name.get(full_name).map(|index| &self.messages[*index])
    }

    /// The method at a gRPC path.
    pub fn method(&self, path: &str) -> Option<&MethodTable> {
        self.methods.get(path)
    }

    /// Every method, sorted by path.
    pub fn methods(&self) -> Vec<&MethodTable> {
        let mut all: Vec<_> = self.methods.values().collect();
        all.sort_by(|one, other| one.path.cmp(&other.path));
        all
    }

    /// Every message.
    pub fn messages(&self) -> &[MessageTable] {
        &self.messages
    }

    /// Every field rule that a role may set.
    pub fn field_rules(&self) -> &[FieldRuleTable] {
        &self.field_rules
    }

    pub(super) fn at(&self, index: usize) -> &MessageTable {
        &self.messages[index]
    }
}

impl MessageTable {
    fn of(message: &MessageDescriptor, index: usize, by_name: &HashMap<String, usize>) -> MessageTable {
        let mut fields: Vec<FieldTable> = message.fields().map(|field| FieldTable::of(&field, by_name)).collect();
        fields.sort_by_key(|field| field.number);
        let by_json = fields.iter().enumerate().map(|(index, field)| (field.json.clone(), index)).collect();
        let well_known = match message.full_name() {
            "google.protobuf.Timestamp" => Some(WellKnown::Timestamp),
            "google.protobuf.FieldMask" => Some(WellKnown::FieldMask),
            "google.protobuf.Value" => Some(WellKnown::Value),
            "google.protobuf.Struct" => Some(WellKnown::Struct),
            "google.protobuf.ListValue" => Some(WellKnown::ListValue),
            _ => None,
        };
        let comment = comment(message.parent_file_descriptor_proto(), message.path());
        MessageTable {
            name: message.full_name().to_owned(),
            fields,
            well_known,
            record: RecordTable::of(message),
            change: ChangeTable::of(message),
            index,
            ruled_by: BTreeSet::new(),
            holds_secret: false,
            comment,
            by_json,
        }
    }

    pub fn field_by_json(&self, json: &str) -> Option<&FieldTable> {
        self.by_json.get(json).map(|index| &self.fields[*index])
    }

    pub fn field(&self, name: &str) -> Option<&FieldTable> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub(super) fn field_by_number(&self, number: u32) -> Option<&FieldTable> {
        self.fields.binary_search_by_key(&number, |field| field.number).ok().map(|index| &self.fields[index])
    }
}

impl FieldTable {
    fn of(field: &FieldDescriptor, by_name: &HashMap<String, usize>) -> FieldTable {
        let kind = match field.kind() {
            ReflectKind::Bool => Kind::Bool,
            ReflectKind::Int32 => Kind::Int32,
            ReflectKind::Int64 => Kind::Int64,
            ReflectKind::Uint32 => Kind::Uint32,
            ReflectKind::Uint64 => Kind::Uint64,
            ReflectKind::Double => Kind::Double,
            ReflectKind::Float => Kind::Float,
            ReflectKind::String => Kind::Text,
            ReflectKind::Bytes => Kind::Bytes,
            ReflectKind::Enum(values) => Kind::Enum(EnumTable::of(&values)),
            ReflectKind::Message(message) => Kind::Message(by_name[message.full_name()]),
            other => panic!("{}: fields of kind {other:?} are not used in this API", field.full_name()),
        };
        FieldTable {
            number: field.number(),
            name: field.name().to_owned(),
            json: field.json_name().to_owned(),
            member: format!(",\"{}\":", field.json_name()),
            full_name: field.full_name().to_owned(),
            kind,
            repeated: field.is_list(),
            map: field.is_map(),
            presence: field.supports_presence(),
            rules: Rules::of(field),
            field_rule: None,
            comment: comment(field.parent_message().parent_file_descriptor_proto(), field.path()),
        }
    }

    /// The message that this field holds.
    pub fn message(&self) -> Option<&'static MessageTable> {
        match self.kind {
            Kind::Message(index) => Some(schema().at(index)),
            _ => None,
        }
    }
}

impl EnumTable {
    fn of(values: &EnumDescriptor) -> EnumTable {
        EnumTable { values: values.values().map(|value| (value.number(), value.name().to_owned())).collect() }
    }
}

impl MethodTable {
    fn of(method: &MethodDescriptor, by_name: &HashMap<String, usize>) -> MethodTable {
        let pool = method.parent_pool();
        let options = method.options();
        let own = pool
            .get_extension_by_name("cims.method")
            .and_then(|extension| options.get_extension(&extension).as_message().cloned())
            .expect("proto/build.rs refuses a method without its rules");
        let flag = |name| own.get_field_by_name(name).and_then(|value| value.as_bool()).unwrap_or_default();
        let status = own.get_field_by_name("success_status").and_then(|value| value.as_i32()).unwrap_or_default();
        let bindings = pool
            .get_extension_by_name("google.api.http")
            .filter(|extension| options.has_extension(extension))
            .and_then(|extension| options.get_extension(&extension).as_message().cloned())
            .map(|rule| bindings(&rule))
            .unwrap_or_default();
        MethodTable {
            path: format!("/{}/{}", method.parent_service().full_name(), method.name()),
            service: method.parent_service().full_name().to_owned(),
            name: method.name().to_owned(),
            permission: text(&own, "permission"),
            success_status: if status == 0 { 200 } else { status as u16 },
            summary: text(&own, "summary"),
            by_hand: flag("by_hand"),
            unrestricted: flag("unrestricted"),
            by_person: flag("by_person"),
            unkeyed: flag("unkeyed"),
            client_streaming: method.is_client_streaming(),
            bindings,
            request: by_name[method.input().full_name()],
            response: by_name[method.output().full_name()],
        }
    }

    /// It changes nothing: HTTP gets it.
    pub fn is_read(&self) -> bool {
        self.bindings.iter().any(|binding| binding.verb == "GET")
    }

    pub fn request(&self) -> &'static MessageTable {
        schema().at(self.request)
    }

    pub fn response(&self) -> &'static MessageTable {
        schema().at(self.response)
    }
}

fn bindings(rule: &DynamicMessage) -> Vec<Binding> {
    let own = [("get", "GET"), ("put", "PUT"), ("post", "POST"), ("delete", "DELETE"), ("patch", "PATCH")]
        .into_iter()
        .map(|(field, verb)| (verb, text(rule, field)))
        .find(|(_, path)| !path.is_empty())
        .map(|(verb, path)| Binding { verb, path, body: text(rule, "body") });
    let more = rule.get_field_by_name("additional_bindings");
    let more = more.as_ref().and_then(|value| value.as_list()).unwrap_or_default();
    own.into_iter().chain(more.iter().filter_map(|value| value.as_message()).flat_map(bindings)).collect()
}

fn text(message: &DynamicMessage, field: &str) -> String {
    message.get_field_by_name(field).and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The comment above a definition, joined to one paragraph.
fn comment(file: &prost_types::FileDescriptorProto, path: &[i32]) -> String {
    let locations = file.source_code_info.as_ref().map(|info| info.location.as_slice()).unwrap_or_default();
    let own = locations.iter().find(|location| location.path == path);
    own.map(|location| location.leading_comments()).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}
