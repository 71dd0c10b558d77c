//! The annotations of a field, read once.

use prost_reflect::{DynamicMessage, FieldDescriptor, Value};
use regex_lite::Regex;

/// A text's shape, as `cims.Field.Format` names it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    Uuid,
    Date,
    Money,
    Email,
    Url,
    TimeZone,
    IdNumber,
}

impl Format {
    fn of(number: i32) -> Option<Format> {
        Some(match number {
            1 => Format::Uuid,
            2 => Format::Date,
            3 => Format::Money,
            4 => Format::Email,
            5 => Format::Url,
            6 => Format::TimeZone,
            7 => Format::IdNumber,
            _ => return None,
        })
    }
}

/// What `(cims.field)` and `google.api.field_behavior` say of a field. Lengths count characters.
#[derive(Debug, Default)]
pub struct Rules {
    pub required: bool,
    pub output_only: bool,
    pub immutable: bool,
    /// Names the record: in a path or beside it, never among what is written.
    pub identifier: bool,
    pub max_length: usize,
    pub min_length: usize,
    pub format: Option<Format>,
    pub pattern: Option<(String, Regex)>,
    pub max_items: usize,
    pub min_items: usize,
    pub unique_items: bool,
    pub multiline: bool,
    pub personal: bool,
    pub sensitive: Option<String>,
    pub dictionary: Option<String>,
    pub maximum: Option<i64>,
    pub minimum: Option<i64>,
    pub zh: String,
    pub en: String,
    pub import_words: Vec<String>,
    pub sortable: bool,
    pub filterable: bool,
    pub always_seen: bool,
    pub secret: bool,
    /// Not with its record but by calls of its own.
    pub written_apart: bool,
}

const REQUIRED: i32 = 2;
const OUTPUT_ONLY: i32 = 3;
const IMMUTABLE: i32 = 5;
const IDENTIFIER: i32 = 8;

impl Rules {
    /// Reads the options of a field.
    ///
    /// # Panics
    /// When a pattern is not a regular expression: the build of the protos is then wrong, and no process may start.
    pub fn of(field: &FieldDescriptor) -> Rules {
        let pool = field.parent_pool();
        let options = field.options();
        let mut rules = Rules::default();
        if let Some(extension) = pool.get_extension_by_name("google.api.field_behavior") {
            for behavior in options.get_extension(&extension).as_list().unwrap_or_default() {
                match behavior.as_enum_number() {
                    Some(REQUIRED) => rules.required = true,
                    Some(OUTPUT_ONLY) => rules.output_only = true,
                    Some(IMMUTABLE) => rules.immutable = true,
                    Some(IDENTIFIER) => rules.identifier = true,
                    _ => {}
                }
            }
        }
        if let Some(extension) = pool.get_extension_by_name("cims.field")
            && options.has_extension(&extension)
            && let Some(own) = options.get_extension(&extension).as_message()
        {
            rules.read(own);
        }
        rules
    }

    /// Whether an update may name the field.
    pub fn writable(&self) -> bool {
        !(self.output_only || self.immutable || self.identifier)
    }

    fn read(&mut self, own: &DynamicMessage) {
        self.max_length = number(own, "max_length") as usize;
        self.min_length = number(own, "min_length") as usize;
        self.format = get(own, "format").and_then(|value| value.as_enum_number()).and_then(Format::of);
        self.pattern = text(own, "pattern").map(|pattern| {
            let whole = Regex::new(&format!("^(?:{pattern})$")).expect("a pattern in a proto is a regular expression");
            (pattern, whole)
        });
        self.max_items = number(own, "max_items") as usize;
        self.min_items = number(own, "min_items") as usize;
        self.unique_items = flag(own, "unique_items");
        self.multiline = flag(own, "multiline");
        self.personal = flag(own, "personal");
        self.sensitive = text(own, "sensitive");
        self.dictionary = text(own, "dictionary");
        self.maximum = own.has_field_by_name("maximum").then(|| number(own, "maximum"));
        self.minimum = (self.maximum.is_some() || own.has_field_by_name("minimum")).then(|| number(own, "minimum"));
        self.zh = text(own, "zh").unwrap_or_default();
        self.en = text(own, "en").unwrap_or_default();
        self.import_words = get(own, "import_words")
            .and_then(|value| {
                value.as_list().map(|words| words.iter().filter_map(|w| w.as_str().map(str::to_owned)).collect())
            })
            .unwrap_or_default();
        self.sortable = flag(own, "sortable");
        self.filterable = flag(own, "filterable");
        self.always_seen = flag(own, "always_seen");
        self.secret = flag(own, "secret");
        self.written_apart = flag(own, "written_apart");
    }
}

fn get(own: &DynamicMessage, name: &str) -> Option<Value> {
    own.get_field_by_name(name).map(std::borrow::Cow::into_owned)
}

fn number(own: &DynamicMessage, name: &str) -> i64 {
    match get(own, name) {
        Some(Value::U32(value)) => i64::from(value),
        Some(Value::I64(value)) => value,
        Some(Value::I32(value)) => i64::from(value),
        _ => 0,
    }
}

fn flag(own: &DynamicMessage, name: &str) -> bool {
    get(own, name).and_then(|value| value.as_bool()).unwrap_or_default()
}

fn text(own: &DynamicMessage, name: &str) -> Option<String> {
    get(own, name).and_then(|value| value.as_str().map(str::to_owned)).filter(|value| !value.is_empty())
}
