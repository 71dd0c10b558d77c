//! What only who manages the organisation changes, made for one case each.

use serde_json::{Value, json};

use crate::person::Person;

/// The ids of a fresh department, post, person, role and dictionary entry.
#[derive(Clone, Debug)]
pub struct Organisation {
    pub department: String,
    pub post: String,
    pub user: String,
    pub role: String,
    /// Of the dictionary of levels.
    pub entry: String,
}

impl Organisation {
    pub async fn create(admin: &Person, turn: usize) -> Organisation {
        let text = |body: &Value, name: &str| body[name].as_str().expect("a record has an id").to_owned();
        let name = format!("组织样本{turn}");
        let department = admin.post("/v1/departments", &json!({ "name": name })).await.ok();
        let post = admin.post("/v1/posts", &json!({ "name": name })).await.ok();
        let user = json!({ "user": { "username": format!("matrix{turn}"), "displayName": name } });
        let user = admin.post("/v1/users", &user).await.ok();
        let role = admin.post("/v1/roles", &json!({ "labelZh": name })).await.ok();
        let entry = json!({ "code": format!("sample{turn}"), "labelZh": name, "labelEn": name });
        let entry = admin.post("/v1/dictionaries/level/items", &entry).await.ok();
        Organisation {
            department: text(&department, "id"),
            post: text(&post, "id"),
            user: text(&user["user"], "id"),
            role: text(&role, "code"),
            entry: text(&entry, "code"),
        }
    }
}
