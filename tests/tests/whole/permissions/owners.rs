//! Who makes the records, and how.

use kit::schema::MethodTable;
use serde_json::{Value, json};
use tests::{Organisation, Person, Records, World};

use super::{calls::records_of, expectation::State};

/// Those whose records the states mean.
pub struct Owners {
    rep1: Person,
    rep2: Person,
    rep3: Person,
    manager1: Person,
    manager2: Person,
    pub admin: Person,
}

impl Owners {
    pub async fn of(world: &World) -> Owners {
        Owners {
            rep1: world.person("rep1").await,
            rep2: world.person("rep2").await,
            rep3: world.person("rep3").await,
            manager1: world.person("manager1").await,
            manager2: world.person("manager2").await,
            admin: world.person("admin").await,
        }
    }

    /// Fresh records, because the calls change them; beside the customer only what the method names.
    pub async fn records(&self, state: State, turn: usize, kept: Option<(&Records, &MethodTable)>) -> Records {
        let spared = |collection: &str| {
            let (kept, method) = kept?;
            let is_named = records_of(method).iter().any(|(named, _)| *named == collection);
            let is_with_contact = collection == "contacts" && method.request().field("interaction").is_some();
            (!is_named && !is_with_contact).then_some(kept)
        };
        let owner = match state {
            State::Own | State::Deleted => &self.rep1,
            State::Team => &self.rep2,
            State::Other | State::SharedToRead | State::SharedToWrite | State::Unshared => &self.rep3,
        };
        let id = |body: Value| body["id"].as_str().expect("a record has an id").to_owned();
        let name = format!("权限样本{turn}");
        let phone = format!("139{turn:08}");
        let body = json!({ "name": name, "type": "ENTERPRISE", "phones": [{ "number": phone }] });
        let customer = id(owner.post("/v1/customers", &body).await.ok());
        let below = |collection: &str| format!("/v1/customers/{customer}/{collection}");
        let contact = match spared("contacts") {
            Some(kept) => kept.contact.clone(),
            None => id(owner.post(&below("contacts"), &json!({ "name": "王小明" })).await.ok()),
        };
        let share = match spared("shares").filter(|_| !state.is_by_share()) {
            Some(kept) => kept.share.clone(),
            None => self.share(state, owner, &customer).await,
        };
        let interaction = match spared("interactions") {
            Some(kept) => kept.interaction.clone(),
            None => {
                let call = json!({ "method": "PHONE", "subject": "回访", "occurTime": "2026-01-05T08:00:00Z" });
                id(owner.post(&below("interactions"), &call).await.ok())
            }
        };
        let import = match spared("imports") {
            Some(kept) => kept.import.clone(),
            None => {
                let list = format!("客户名称,手机\n导入样本{turn},137{turn:08}\n");
                id(owner.upload("customers.csv", list.into_bytes()).await)
            }
        };
        let tag = match spared("tags") {
            Some(kept) => kept.tag.clone(),
            None => id(self.admin.post("/v1/tags", &json!({ "name": format!("标签{turn}") })).await.ok()),
        };
        let tag_group = match spared("tagGroups") {
            Some(kept) => kept.tag_group.clone(),
            None => id(self.admin.post("/v1/tagGroups", &json!({ "name": format!("分组{turn}") })).await.ok()),
        };
        if state == State::Deleted {
            self.admin.delete(&format!("/v1/customers/{customer}")).await.ok();
            // What hangs on it learns of the deletion by event.
            tests::eventually("the deletion reaches the other services", || async {
                let gone = self.rep1.get(&format!("/v1/customers/{customer}/interactions")).await;
                let untagged = self.rep1.get(&format!("/v1/customers/{customer}/tags")).await;
                (gone.status == 404 && untagged.status == 404).then_some(())
            })
            .await;
        }
        let none = Records::none();
        let Records { customer_job, tag_job, handover, organisation, session, api_key, .. } = none;
        let colleague = self.rep2.id.clone();
        Records {
            customer,
            contact,
            share,
            interaction,
            import,
            tag,
            tag_group,
            customer_job,
            tag_job,
            handover,
            colleague,
            organisation,
            session,
            api_key,
        }
    }

    /// Shares a customer as its state says, and answers a share that holds.
    async fn share(&self, state: State, owner: &Person, customer: &str) -> String {
        let path = format!("/v1/customers/{customer}/shares");
        let with = async |person: &Person, access: &str| {
            let share = json!({ "userId": person.id, "access": access });
            let share = owner.post(&path, &share).await.ok();
            share["id"].as_str().expect("a record has an id").to_owned()
        };
        match state {
            State::SharedToRead => with(&self.rep1, "READ").await,
            State::SharedToWrite => with(&self.rep1, "WRITE").await,
            State::Unshared => {
                let ended = with(&self.rep1, "WRITE").await;
                owner.delete(&format!("{path}/{ended}")).await.ok();
                with(&self.rep2, "WRITE").await
            }
            State::Team => with(&self.rep3, "READ").await,
            State::Own | State::Other | State::Deleted => with(&self.rep2, "READ").await,
        }
    }

    /// The same with jobs, on customers that there are not, which have ended.
    pub async fn with_jobs(&self, state: State, records: Records) -> Records {
        let (manager, owner) = match state {
            State::Own | State::Deleted => (&self.manager1, &self.rep1),
            State::Team => (&self.manager1, &self.rep2),
            State::Other | State::SharedToRead | State::SharedToWrite | State::Unshared => (&self.manager2, &self.rep3),
        };
        let question = json!({ "query": "查无此客户", "ownerId": owner.id });
        let assigned = manager.post("/v1/customers:assign", &question).await.ok();
        let applied =
            owner.post(&format!("/v1/tags/{}:apply", records.tag), &json!({ "query": "查无此客户" })).await.ok();
        let handover = json!({ "userId": self.admin.id, "rules": [{ "receiverIds": [owner.id] }] });
        let handover = manager.post("/v1/handovers", &handover).await.ok();
        let handover = manager.job_ended("handovers", &handover).await;
        let customer_job = manager.job_ended("customerJobs", &assigned["job"]).await;
        let tag_job = owner.job_ended("tagJobs", &applied["job"]).await;
        let id = |job: Value| job["id"].as_str().expect("a job has an id").to_owned();
        // Turns of cases begin behind those of states.
        let organisation = Organisation::create(&self.admin, state as usize).await;
        let (customer_job, tag_job, handover) = (id(customer_job), id(tag_job), id(handover));
        Records { customer_job, tag_job, handover, organisation, ..records }
    }
}
