//! Rows of the customer service in PostgreSQL's text format, as its own code would have written them.

use std::fmt::{Display, Write};

use anyhow::Result;
use cims_proto::customer::v1::{Customer as Message, CustomerChanged};
use customer::search::Entry;
use kit::{
    schema::{split, table_of},
    write::changed,
};
use prost::Message as _;
use sqlx::PgConnection;

use crate::data::{Record, event_id};

const CUSTOMER: &str = "copy customer.customer (id, number, name, type, phones, email, region_code, address, homepage,
    industry, source, level, status, cooperation_products, first_cooperation_date, currency, remarks, flags, owner_id,
    department_id, duplicate_keys, version, create_time, update_time) from stdin";
const CONTACT: &str = "copy customer.contact (customer_id, id, name, salutation, position, phones, email, is_primary,
    version, create_time, update_time) from stdin";
const SEARCH: &str = "copy customer.search (customer_id, owner_id, department_id, deleted, number, name, type, email,
    region_code, industry, source, level, status, cooperation_products, first_cooperation_date, flags, tag_ids,
    create_time, update_time, name_key, contact_key, phones, sound, words) from stdin";
const EVENT: &str = "copy customer.event (id, subject_type, subject_id, subject_version, type, actor_id,
    source_address, trace_parent, time, changed_fields, owner_id, department_id, payload) from stdin";
const PERSONAL: &str = "copy customer.event_personal (event_id, payload) from stdin";

/// Rows of some customers, by table.
#[derive(Debug, Default)]
pub struct Rows {
    customer: Row,
    contact: Row,
    search: Row,
    event: Row,
    personal: Row,
}

impl Rows {
    pub fn put(&mut self, record: &Record, number: u64) -> Result<()> {
        let (customer, time) = (&record.customer, record.customer.create_time.to_rfc3339());
        let state = customer.state();
        let kind = customer.r#type.name();
        let row = self.customer.text(customer.id).text(customer.number).text(&customer.name).text(kind);
        row.json(&customer.phones.0)?.text(&customer.email).text(&customer.region_code).text(&customer.address);
        row.text(&customer.homepage).text(&customer.industry).text(&customer.source).text(&customer.level);
        row.text(&customer.status).array(&customer.cooperation_products).text(&state.first_cooperation_date);
        row.text(&customer.currency).text(&customer.remarks).array(&customer.flags).text(record.owner_id);
        row.text(&state.department_id).array(&customer.duplicate_keys()).text(1).text(&time).text(&time).end();
        for contact in &record.contacts {
            let row = self.contact.text(contact.customer_id).text(contact.id).text(&contact.name);
            row.text(&contact.salutation).text(&contact.position).json(&contact.phones)?.text(&contact.email);
            row.text(contact.is_primary).text(1).text(&time).text(&time).end();
        }
        self.put_search(record, kind, &state);
        self.put_event(record, number, state)
    }

    fn put_search(&mut self, record: &Record, kind: &str, state: &Message) {
        let (customer, time) = (&record.customer, record.customer.create_time.to_rfc3339());
        let entry = Entry::of(customer, &record.contacts);
        let row = self.search.text(customer.id).text(record.owner_id).text(&state.department_id).text(false);
        row.text(customer.number).text(&customer.name).text(kind).text(customer.email.to_lowercase());
        row.text(&customer.region_code).text(&customer.industry).text(&customer.source).text(&customer.level);
        row.text(&customer.status).array(&customer.cooperation_products).text(&state.first_cooperation_date);
        row.array(&customer.flags).array::<&str>(&[]).text(&time).text(&time).text(&entry.name_key);
        row.text(&entry.contact_key).text(&entry.phones).text(&entry.sound).array(&entry.words).end();
    }

    fn put_event(&mut self, record: &Record, number: u64, state: Message) -> Result<()> {
        let customer = &record.customer;
        let (fields, department_id) = (changed(&Message::default(), &state)?, state.department_id.clone());
        let payload = CustomerChanged { before: None, after: Some(state), import_tags: Vec::new() };
        let (public, personal) = split(table_of::<CustomerChanged>(), &payload.encode_to_vec())?;
        let row = self.event.text(event_id(number)).text("customer.customer").text(customer.id).text(1);
        row.text("customer.customer.created.v1").text(record.owner_id).text("127.0.0.1");
        row.text("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").text(customer.create_time.to_rfc3339());
        row.array(&fields).text(record.owner_id).text(department_id).bytes(&public).end();
        self.personal.text(event_id(number)).bytes(&personal).end();
        Ok(())
    }

    pub async fn send(self, connection: &mut PgConnection) -> Result<()> {
        let tables = [
            (CUSTOMER, self.customer),
            (CONTACT, self.contact),
            (SEARCH, self.search),
            (EVENT, self.event),
            (PERSONAL, self.personal),
        ];
        for (statement, rows) in tables {
            let mut copy = connection.copy_in_raw(statement).await?;
            copy.send(rows.0.into_bytes()).await?;
            copy.finish().await?;
        }
        Ok(())
    }
}

/// Values of one table, a row a line.
#[derive(Debug, Default)]
struct Row(String);

impl Row {
    fn text(&mut self, value: impl Display) -> &mut Row {
        // A String takes whatever is written.
        let _ = write!(Escaped(&mut self.0), "{value}");
        self.0.push('\t');
        self
    }

    fn array<T: Display>(&mut self, items: &[T]) -> &mut Row {
        let quoted = |item: &T| format!("\"{}\"", format!("{item}").replace('\\', "\\\\").replace('"', "\\\""));
        let items: Vec<String> = items.iter().map(quoted).collect();
        self.text(format!("{{{}}}", items.join(",")))
    }

    fn json(&mut self, value: &[customer::phone::Phone]) -> Result<&mut Row> {
        Ok(self.text(serde_json::to_string(value)?))
    }

    fn bytes(&mut self, value: &[u8]) -> &mut Row {
        self.0.push_str("\\\\x");
        for byte in value {
            self.0.extend([byte >> 4, byte & 15].map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)])));
        }
        self.0.push('\t');
        self
    }

    fn end(&mut self) {
        self.0.pop();
        self.0.push('\n');
    }
}

/// Escapes what the text format gives a meaning.
struct Escaped<'t>(&'t mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for character in text.chars() {
            match character {
                '\\' => self.0.push_str("\\\\"),
                '\n' => self.0.push_str("\\n"),
                '\t' => self.0.push_str("\\t"),
                _ => self.0.push(character),
            }
        }
        Ok(())
    }
}
