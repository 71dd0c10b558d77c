//! Sessions and keys that a call ends.

use kit::schema::MethodTable;
use serde_json::json;
use tests::{Organisation, Person, Records, World, sample};

use super::calls::records_of;

/// Whose sessions and keys administrators end.
const MANAGED: &str = "manager2";

/// The same with a living session or key, where the path names one: of the caller, or of the person whom the path names.
pub async fn with_credential(world: &World, method: &MethodTable, records: Records, caller: &Person) -> Records {
    let named = records_of(method);
    let (session, key) = (named.contains(&("sessions", "id")), named.contains(&("apiKeys", "id")));
    if !session && !key {
        return records;
    }
    let other = world.person(MANAGED).await;
    let (holder, records) = if named.iter().any(|(collection, _)| *collection == "users") {
        let organisation = Organisation { user: other.id.clone(), ..records.organisation.clone() };
        (&other, Records { organisation, ..records })
    } else {
        (caller, records)
    };
    if session {
        return Records { session: holder.session_id().await, ..records };
    }
    let role = holder.get("/v1/me").await.ok()["user"]["roles"][0].clone();
    let asked = json!({ "name": "权限样本", "roles": [role], "expireTime": sample::in_a_month() });
    let made = holder.post("/v1/apiKeys", &asked).await.ok();
    Records { api_key: made["apiKey"]["id"].as_str().expect("an id").to_owned(), ..records }
}
