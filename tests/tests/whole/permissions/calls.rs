//! The calls: what a method's request is for given records.

use kit::schema::MethodTable;
use serde_json::{Value, json};
use tests::{Records, named, sample};

/// Collections that belong to everybody, or whose permission is for everything or nothing.
const SHARED: [&str; 12] = [
    "tags",
    "tagGroups",
    "departments",
    "posts",
    "users",
    "roles",
    "sessions",
    "apiKeys",
    "dictionaries",
    "items",
    "avatars",
    "deliveries",
];

/// Whether the request names a record that scope decides about.
pub fn names_a_record(method: &MethodTable) -> bool {
    records_of(method).iter().any(|(collection, _)| !SHARED.contains(collection))
}

/// Whether it names a job, which its author sees and whoever reaches everything.
pub fn names_a_job(method: &MethodTable) -> bool {
    records_of(method).iter().any(|(collection, _)| collection.ends_with("Jobs") || *collection == "handovers")
}

/// What the paths of a method name.
pub fn records_of(method: &MethodTable) -> Vec<(&str, &str)> {
    method.bindings.iter().flat_map(|binding| named(&binding.path)).collect()
}

pub fn reads(method: &MethodTable) -> bool {
    ["Get", "List", "Search"].iter().any(|verb| method.name.starts_with(verb))
}

/// A request for these records, from the descriptors: ids where the path names a record, samples everywhere else.
pub fn request(method: &MethodTable, records: &Records, turn: usize) -> Value {
    let mut request = serde_json::Map::new();
    for field in &method.request().fields {
        let value = match field.name.as_str() {
            "customer_ids" => json!([records.customer]),
            "tag_ids" => json!([records.tag]),
            "owner_id" => json!(records.colleague),
            "due_time" => json!("2100-01-01T08:00:00Z"),
            "update_mask" => json!(mask(method)),
            "operation" => json!("customer.update"),
            "resource" => json!({ "type": "customer.customer", "id": records.customer }),
            "user" if method.name == "CreateUser" => {
                json!({ "username": format!("sample{turn}"), "displayName": "权限样本", "roles": ["executive"] })
            }
            // The caller: others only administrators may ask about.
            "user_id" if method.permission == "signed-in" => continue,
            // The disabled people are for who manages the organisation alone.
            "page_token" | "filter" | "show_disabled" => continue,
            // Likewise how many records have an entry.
            "counts" if method.name == "ListDictionaries" => continue,
            "page_size" => json!(10),
            _ => sample::value(field, turn),
        };
        request.insert(field.json.clone(), value);
    }
    if let Some(share) = request.get_mut("share") {
        share["userId"] = json!(records.colleague);
        share["endDate"] = json!("2100-01-01");
    }
    if let Some(interaction) = request.get_mut("interaction") {
        interaction["contactId"] = json!(records.contact);
    }
    for (collection, variable) in records_of(method) {
        let id = json!(records.of(collection, variable));
        let (outer, inner) = variable.split_once('.').map_or((variable, None), |(outer, inner)| (outer, Some(inner)));
        let field = method.request().field(outer).expect("a path's variable is a field");
        match inner.and_then(|inner| field.message()?.field(inner)) {
            Some(inner) => request[&field.json][&inner.json] = id,
            None => request[&field.json] = id,
        }
    }
    Value::Object(request)
}

/// A field of the resource.
fn mask(method: &MethodTable) -> String {
    let resource =
        method.request().fields.iter().find_map(|field| field.message().filter(|inner| inner.well_known.is_none()));
    resource.and_then(sample::changeable).map(|field| field.json.clone()).unwrap_or_default()
}
