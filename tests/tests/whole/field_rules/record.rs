//! A customer and what hangs on it, with every field filled, and the ways in which they are read.

use kit::schema::schema;
use serde_json::{Value, json};
use tests::{Person, eventually, sample};

use super::{CONTACT, CUSTOMER, INTERACTION, is_nothing, text};

/// A customer with every field filled and changed, so that its history has each; its contact, contact record and tag.
pub struct Sample {
    pub customer: String,
    pub first_etag: String,
    contact: String,
    interaction: String,
}

impl Sample {
    pub async fn create(author: &Person, admin: &Person) -> Sample {
        let table = |name: &str| schema().message(name).expect("a record");
        let created = author.post("/v1/customers", &sample::whole(table(CUSTOMER), 0)).await.ok();
        let customer = text(&created["id"]);
        let path = format!("/v1/customers/{customer}");
        author.patch(&path, &sample::whole(table(CUSTOMER), 1)).await.ok();
        let contacts = format!("{path}/contacts");
        let contact = author.post(&contacts, &json!({ "name": "欧阳修", "primary": true })).await.ok();
        let contact = text(&contact["id"]);
        let mut whole = sample::whole(table(CONTACT), 7);
        whole["name"] = json!("欧阳询");
        author.patch(&format!("{contacts}/{contact}"), &whole).await.ok();
        let mut record = sample::whole(table(INTERACTION), 3);
        record["contactId"] = json!(contact);
        let interaction = author.post(&format!("{path}/interactions"), &record).await.ok();
        let tag = admin.post("/v1/tags", &json!({ "name": "重点样本" })).await.ok();
        author.post(&format!("{path}/tags:set"), &json!({ "tagIds": [tag["id"]] })).await.ok();
        eventually("the tag and the contact's time are there", || async {
            let read = author.get(&path).await.ok();
            (!is_nothing(&read["tags"]) && !is_nothing(&read["nextContactTime"])).then_some(())
        })
        .await;
        Sample { customer, first_etag: text(&created["etag"]), contact, interaction: text(&interaction["id"]) }
    }

    /// The records of a message, in every way that they are read.
    pub async fn read(&self, person: &Person, message: &str) -> Vec<Value> {
        let path = format!("/v1/customers/{}", self.customer);
        let one = async |path: &str| person.get(path).await.ok();
        match message {
            CUSTOMER => {
                let search = json!({ "query": "样本" });
                let found = person.post("/v1/customers:search", &search).await.ok();
                vec![
                    one(&path).await,
                    one("/v1/customers").await["customers"][0].clone(),
                    found["results"][0]["customer"].clone(),
                ]
            }
            CONTACT => vec![
                one(&path).await["contacts"][0].clone(),
                one(&format!("{path}/contacts")).await["contacts"][0].clone(),
            ],
            _ => vec![
                one(&format!("{path}/interactions")).await["interactions"][0].clone(),
                one("/v1/interactions").await["interactions"][0].clone(),
            ],
        }
    }

    pub fn path(&self, message: &str) -> String {
        match message {
            CUSTOMER => format!("/v1/customers/{}", self.customer),
            CONTACT => format!("/v1/customers/{}/contacts/{}", self.customer, self.contact),
            _ => format!("/v1/interactions/{}", self.interaction),
        }
    }

    pub fn collection(&self, message: &str) -> String {
        match message {
            CUSTOMER => "/v1/customers".to_owned(),
            CONTACT => format!("/v1/customers/{}/contacts", self.customer),
            _ => format!("/v1/customers/{}/interactions", self.customer),
        }
    }
}
