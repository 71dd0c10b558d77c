//! What a role hides, masks or keeps from being written is so in every way in and out; from the descriptors, so that
//! a new field of a record is covered the day it is written.

mod figure;
mod history;
mod question;
mod record;
mod reveal;
mod role;
pub mod rule;
mod write;

use kit::schema::Visibility;
use serde_json::{Value, json};
use tests::{World, sample};

use history::check_history;
use question::check_questions;
use record::Sample;
use rule::{Ruled, in_force, reader, ruled, set};
use write::{check_writes, conflict_tells_nothing_hidden, import_is_refused};

const CUSTOMER: &str = "cims.customer.v1.Customer";
const CONTACT: &str = "cims.customer.v1.Contact";
const INTERACTION: &str = "cims.interaction.v1.Interaction";

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// No value: what is left out reads as a field that nobody filled.
fn is_nothing(value: &Value) -> bool {
    let text = value.as_str();
    let empty = text.is_some_and(|text| text.is_empty() || text.ends_with("_UNSPECIFIED"));
    empty || value.is_null() || *value == json!(false) || value.as_array().is_some_and(Vec::is_empty)
}

/// Everything but the phones, whose numbers have a rule of their own below the one of the list.
fn is_plain(ruled: &Ruled) -> bool {
    ruled.field.json != "phones"
}

#[tokio::test(flavor = "multi_thread")]
async fn no_field_leaks_where_a_rule_keeps_it() {
    let world = World::start().await;
    let (admin, author) = (world.person("admin").await, world.person("rep1").await);
    let sample = Sample::create(&author, &admin).await;
    let (person, role) = reader(&world, &admin).await;
    let all: Vec<Ruled> = ruled();
    for wanted in [Visibility::Hidden, Visibility::Masked, Visibility::ReadOnly] {
        set(&admin, &role, wanted).await;
        in_force(&person, &sample, wanted).await;
        for message in [CUSTOMER, CONTACT, INTERACTION] {
            let (whole, seen) = (sample.read(&author, message).await, sample.read(&person, message).await);
            for (whole, seen) in whole.iter().zip(&seen) {
                for own in all.iter().filter(|own| own.message == message && is_plain(own)) {
                    // Of a secret the author sees no more than that it is there.
                    let value = match own.field.rules.secret {
                        true => &sample::value(own.field, 1),
                        false => &whole[&own.field.json],
                    };
                    let shown = &seen[&own.field.json];
                    match own.under(wanted) {
                        Visibility::Clear | Visibility::ReadOnly => assert_eq!(value, shown, "{}", own.field.full_name),
                        Visibility::Masked => {
                            assert_eq!(is_nothing(shown), is_nothing(value), "{}", own.field.full_name);
                            assert!(
                                is_nothing(value) || shown != value,
                                "{wanted:?}: {} is {shown}",
                                own.field.full_name
                            );
                        }
                        Visibility::Hidden => {
                            assert!(is_nothing(shown), "{wanted:?}: {} is {shown}", own.field.full_name)
                        }
                    }
                }
                let shown = seen.to_string();
                assert!(wanted.is_seen() || !shown.contains("13812340001"), "{shown}");
            }
        }
        check_questions(&person, &all, wanted).await;
        let locked: Vec<Ruled> = all.iter().copied().filter(|own| own.locks(wanted)).collect();
        check_writes(&person, &sample, &locked).await;
        if wanted == Visibility::Hidden {
            let hidden: Vec<Ruled> =
                all.iter().copied().filter(|own| own.under(wanted) == Visibility::Hidden).collect();
            check_history(&author, &person, &sample, &hidden).await;
        }
        // What is not theirs stands in no conflict, no list of tags, no figure.
        if !wanted.is_seen() {
            let path = sample.path(CUSTOMER);
            let tags = person.get(&format!("{path}/tags")).await.ok();
            assert!(tags["tags"].as_array().is_none_or(Vec::is_empty), "{tags}");
            let history = person.get(&format!("{path}/tags/history")).await.ok();
            assert!(history["entries"].as_array().is_none_or(Vec::is_empty), "{history}");
            let home = person.get("/v1/reports/home").await.ok();
            assert!(home["byLevel"].as_array().is_none_or(Vec::is_empty), "{home}");
            // A zero would say that there are none.
            assert_eq!((&home["followUpsToday"], &home["overdue"]), (&Value::Null, &Value::Null), "{home}");
        }
        import_is_refused(&person).await;
    }
    conflict_tells_nothing_hidden(&admin, &author, &person, &role, &sample).await;
    world.stop().await;
}
