//! What a sheet's words are checked against: headers, dictionaries and people.

use std::{collections::HashMap, sync::LazyLock};

use cims_proto::{
    customer::v1::{Contact, Customer},
    identity::v1::{ResolveUsersRequest, User, access_client::AccessClient},
};
use intake::{
    dictionary::{Dictionary, Item},
    import::{Dictionaries, HeaderWords, Owners},
};
use kit::{Failure, client::Channel, database::Pool, schema::table_of};
use uuid::Uuid;

use super::Import;

/// Most people that one call resolves.
const PEOPLE: usize = 1_000;

/// The headers by which columns are recognised: the `import_words` of the protos.
pub fn header_words() -> &'static HeaderWords {
    static WORDS: LazyLock<HeaderWords> = LazyLock::new(|| {
        let own = table_of::<Customer>().fields.iter().map(|field| (field.json.clone(), field));
        let contact = table_of::<Contact>().fields.iter().map(|field| (format!("contacts.{}", field.json), field));
        let words: Vec<(String, Vec<String>)> =
            own.chain(contact).map(|(path, field)| (path, field.rules.import_words.clone())).collect();
        let words: Vec<(&str, Vec<String>)> =
            words.iter().map(|(path, words)| (path.as_str(), words.clone())).collect();
        HeaderWords::new(&words)
    });
    &WORDS
}

/// The dictionaries of a customer, as they are now.
///
/// # Errors
/// When the database refuses.
pub async fn dictionaries(pool: &Pool) -> Result<Dictionaries, Failure> {
    let mut known: HashMap<String, Dictionary> = HashMap::new();
    for dictionary in kit::dictionaries::list(pool).await? {
        let items = dictionary.items.into_iter().filter(|item| !item.retired);
        let items =
            items.map(|item| Item { code: item.code, zh: item.label_zh, en: item.label_en, aliases: item.aliases });
        known.insert(dictionary.code, Dictionary::new(items));
    }
    let mut take = |code: &str| known.remove(code).unwrap_or_default();
    Ok(Dictionaries {
        industry: take("industry"),
        source: take("source"),
        level: take("level"),
        status: take("status"),
    })
}

/// Adds the people whom the sheet names as owners: those to whom the import's author may give customers. An author who
/// may give none owns every row, whoever the sheet names.
///
/// # Errors
/// When identity is out of reach.
pub async fn learn_owners(
    identity: Channel,
    import: &Import,
    written: &[String],
    owners: &mut Owners,
) -> Result<(), Failure> {
    if !import.assigns() {
        written.iter().for_each(|name| owners.insert(name, &import.author_id.to_string()));
        return Ok(());
    }
    let mut client = AccessClient::new(identity);
    for names in written.chunks(PEOPLE) {
        let request = ResolveUsersRequest { ids: Vec::new(), usernames: names.to_vec() };
        for user in client.resolve_users(request).await?.into_inner().users {
            let reachable =
                import.assign_all || department_of(&user).is_some_and(|own| import.assign_departments.contains(&own));
            if reachable && !user.disabled {
                owners.insert(&user.username, &user.id);
            }
        }
    }
    Ok(())
}

/// The departments of people, by their ids.
///
/// # Errors
/// When identity is out of reach.
pub async fn departments(identity: Channel, people: &[String]) -> Result<HashMap<Uuid, Option<Uuid>>, Failure> {
    let mut departments = HashMap::new();
    let mut client = AccessClient::new(identity);
    for ids in people.chunks(PEOPLE) {
        let request = ResolveUsersRequest { ids: ids.to_vec(), usernames: Vec::new() };
        for user in client.resolve_users(request).await?.into_inner().users {
            departments.insert(user.id.parse().map_err(Failure::internal)?, department_of(&user));
        }
    }
    Ok(departments)
}

fn department_of(user: &User) -> Option<Uuid> {
    user.department_id.parse().ok()
}
