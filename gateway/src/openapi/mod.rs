//! The OpenAPI 3.1 document, made from the same descriptors as the routes, so that both say the same.

mod operation;
mod responses;
mod schemas;

use kit::schema::schema;
use serde_json::{Map, Value, json};

use schemas::Schemas;

const DESCRIPTION: &str = "\
JSON over HTTP: names in lowerCamelCase, enumerations by name, times RFC 3339 in UTC (`…Time`), days `YYYY-MM-DD` (`…Date`), \
money a decimal string with at most two digits, ids UUIDs. `null` and unknown fields are refused. Errors are problem details \
(RFC 9457) with a stable `code`, in the language of `Accept-Language` (zh-CN, en).";

/// The document of this build. Two builds from the same protos give the same text.
pub fn openapi() -> Value {
    let mut schemas = Schemas::default();
    let mut paths: Map<String, Value> = Map::new();
    for method in schema().methods() {
        for (index, binding) in method.bindings.iter().enumerate() {
            let item = paths.entry(operation::public_path(&binding.path)).or_insert_with(|| json!({}));
            item[binding.verb.to_lowercase()] = operation::operation(method, binding, index > 0, &mut schemas);
        }
    }
    for (path, item) in responses::fixed_paths() {
        paths.insert(path.to_owned(), item);
    }
    let mut components = responses::components();
    let mut all = schemas.into_map();
    all.extend(responses::schemas());
    components["schemas"] = Value::Object(all);
    let mut document = json!({
        "openapi": "3.1.0",
        "info": { "title": "CIMS", "version": "v1", "description": DESCRIPTION, "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" } },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": components,
    });
    // The order of a map depends on which features other crates of a build switch on.
    document.sort_all_objects();
    document
}

#[cfg(test)]
mod tests {
    use kit::schema::schema;

    use super::{openapi, schemas};

    #[test]
    fn every_reference_leads_somewhere() {
        let document = openapi();
        let text = document.to_string();
        for reference in text.split("\"$ref\":\"#").skip(1) {
            let pointer = reference.split('"').next().unwrap_or_default();
            assert!(document.pointer(pointer).is_some(), "{pointer} is not there");
        }
    }

    #[test]
    fn no_two_messages_share_a_name() {
        let mut names: Vec<_> =
            schema().methods().iter().map(|method| schemas::name(&method.response().name)).collect();
        let full: std::collections::HashSet<_> =
            schema().methods().iter().map(|method| method.response().name.clone()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), full.len());
    }

    #[test]
    fn the_committed_document_is_of_this_build() {
        let committed: serde_json::Value = serde_json::from_str(include_str!("../../openapi.json")).expect("JSON");
        assert!(
            committed == openapi(),
            "gateway/openapi.json is stale: cargo run -p gateway --example openapi > gateway/openapi.json"
        );
    }
}
