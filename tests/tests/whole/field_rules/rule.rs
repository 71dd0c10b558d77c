//! The fields of records with their rules, and giving a reader's role such rules.

use kit::schema::{FieldRuleTable, FieldTable, Visibility, schema};
use serde_json::{Value, json};
use tests::{Person, World, eventually};

use super::{CONTACT, CUSTOMER, INTERACTION, is_nothing, record::Sample, text};

/// A field of a record with the rule that it is under.
#[derive(Clone, Copy)]
pub struct Ruled {
    pub message: &'static str,
    pub field: &'static FieldTable,
    rule: &'static FieldRuleTable,
}

impl Ruled {
    pub fn under(&self, wanted: Visibility) -> Visibility {
        nearest(self.rule, wanted)
    }

    /// A secret is written by people who see it masked.
    pub fn locks(&self, wanted: Visibility) -> bool {
        let rule = self.under(wanted);
        !(rule.is_writable() || self.rule.secret && rule == Visibility::Masked)
    }
}

pub fn ruled() -> Vec<Ruled> {
    let fields = |message: &'static str| {
        let table = schema().message(message).expect("a record");
        table.fields.iter().filter_map(move |field| {
            let name = field.field_rule()?;
            let rule = schema().field_rules().iter().find(|known| known.name == name)?;
            Some(Ruled { message, field, rule })
        })
    };
    [CUSTOMER, CONTACT, INTERACTION].into_iter().flat_map(fields).collect()
}

/// The nearest to a rule that fits a field: what cannot be masked is hidden, what cannot be hidden read-only, and what nobody
/// writes anyway is clear.
pub fn nearest(known: &FieldRuleTable, wanted: Visibility) -> Visibility {
    let fits = |rule: &Visibility| known.choices.contains(rule);
    let steps = match wanted {
        Visibility::Masked | Visibility::Hidden => vec![wanted, Visibility::Hidden, Visibility::ReadOnly],
        _ => vec![wanted],
    };
    steps.into_iter().find(fits).unwrap_or(Visibility::Clear)
}

pub fn named(rule: Visibility) -> &'static str {
    match rule {
        Visibility::Clear => "CLEAR",
        Visibility::ReadOnly => "READ_ONLY",
        Visibility::Masked => "MASKED",
        Visibility::Hidden => "HIDDEN",
    }
}

pub async fn set(admin: &Person, role: &str, wanted: Visibility) {
    let rules = schema()
        .field_rules()
        .iter()
        .map(|known| json!({ "field": known.name, "rule": named(nearest(known, wanted)) }));
    admin.patch(&format!("/v1/roles/{role}"), &json!({ "fieldRules": rules.collect::<Vec<_>>() })).await.ok();
}

pub async fn reader(world: &World, admin: &Person) -> (Person, String) {
    let person = world.person("rep2").await;
    let operations = [
        "customer.read",
        "customer.create",
        "customer.update",
        "interaction.read",
        "interaction.create",
        "interaction.update",
        "tag.apply",
        "import.run",
        "report.read",
        "log.read",
        "people.read",
    ];
    let grants: Vec<Value> = operations.iter().map(|own| json!({ "operation": own, "scope": "ALL" })).collect();
    let role = admin.post("/v1/roles", &json!({ "labelZh": "受限", "grants": grants })).await.ok();
    let role = text(&role["code"]);
    admin.patch(&format!("/v1/users/{}", person.id), &json!({ "roles": [role] })).await.ok();
    (person, role)
}

/// How the person's own rules stand, once the change has reached every service: identity's answer and both services'.
pub async fn in_force(person: &Person, sample: &Sample, wanted: Visibility) {
    eventually("the rules are in force", || async {
        let customer = person.get(&sample.path(CUSTOMER)).await.ok();
        let records = person.get(&sample.collection(INTERACTION)).await.ok();
        let (first, second) = (&customer["remarks"], &records["interactions"][0]["summary"]);
        let seen = !is_nothing(first) && !is_nothing(second);
        let starred = text(first).contains('*') && text(second).contains('*');
        let hidden = is_nothing(first) && is_nothing(second);
        let right = match wanted {
            Visibility::Hidden => hidden,
            Visibility::Masked => starred,
            _ => seen && !starred,
        };
        // Asked last, or it would write.
        (right && person.patch(&sample.path(CUSTOMER), &json!({ "remarks": "改" })).await.status == 403).then_some(())
    })
    .await;
}
